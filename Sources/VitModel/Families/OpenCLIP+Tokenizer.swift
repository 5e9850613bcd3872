import VitJSON
import VitText

/// Why a model's texts cannot be read here, while its images can.
struct TokenizerRefusal: Error {
  let error: ModelError
}

/// Which tokeniser `text_cfg` asks for (`factory.py`, `get_tokenizer`).
extension OpenCLIP {
  /// open_clip's own with CLIP's vocabulary; or, where `hf_tokenizer_name` names another, the one
  /// whose files lie in the folder.
  static func tokenizer(
    _ settings: ConfigurationReader, _ source: ModelSource
  ) throws(TokenizerRefusal) -> Tokenizer {
    do {
      let length = try settings.int("context_length", default: Tokenizer.defaultContextLength)
      guard let name = try settings.string("hf_tokenizer_name"), !name.isEmpty else {
        let arguments = try nested(settings, "tokenizer_kwargs", obeyed: ["clean"])
        return try source.tokenizer(
          layout: .openCLIP, contextLength: length, clean: clean(arguments) ?? .lower)
      }
      return try other(name, settings, source, length)
    } catch let error as ModelError {
      throw TokenizerRefusal(error: error)
    } catch {
      throw TokenizerRefusal(
        error: .invalidConfiguration(name: settings.name, reason: "\(error)"))
    }
  }

  private static func other(
    _ name: String, _ settings: ConfigurationReader, _ source: ModelSource, _ length: Int
  ) throws -> Tokenizer {
    func refusal(_ reason: String) -> ModelError {
      .invalidConfiguration(
        name: settings.name,
        reason: "asks for the tokeniser \(JSONValue.string(name).excerpt) (hf_tokenizer_name), "
          + "\(reason); images do without it, texts do not")
    }
    if let mode = try settings.string("tokenizer_mode"), !mode.isEmpty {
      throw refusal(
        "in the mode \(JSONValue.string(mode).excerpt) (tokenizer_mode), which is not supported")
    }
    let arguments = ConfigurationReader(
      json: settings.json["tokenizer_kwargs"] ?? .null, name: "\(settings.name) tokenizer_kwargs")
    guard let folder = source.folder, Tokenizer.exists(in: folder) else {
      throw refusal("whose files are not in the folder")
    }
    do throws(ModelError) {
      try arguments.check(
        SettingsTable(obeyed: ["clean"], fixed: ["strip_sep_token": [false], "use_fast": [true]]))
    } catch {
      throw refusal("with settings that are not supported (\(error))")
    }
    do {
      return try Tokenizer.load(
        folder: folder, contextLength: max(2, length),
        cleaningFirst: clean(arguments) ?? .whitespace)
    } catch let error as TokenizerError {
      throw refusal("which cannot be used (\(error))")
    }
  }

  private static func clean(_ arguments: ConfigurationReader) throws -> Tokenizer.Clean? {
    guard let word = try arguments.string("clean") else { return nil }
    guard let clean = Tokenizer.Clean(rawValue: word) else {
      throw ModelError.unsupported(
        name: arguments.name, kind: "clean \(JSONValue.string(word).excerpt)")
    }
    return clean
  }
}
