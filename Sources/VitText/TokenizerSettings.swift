import VitJSON
import VitSystem

/// What `tokenizer_config.json` and `special_tokens_map.json` of a folder say, where they exist.
struct TokenizerSettings {
  var startToken: String?
  var endToken: String?
  var unknownToken: String?
  var padToken: String?
  var contextLength: Int?
  /// Whether the class of transformers is CLIP's.
  var isCLIP = false

  init(folder: String) throws(TokenizerError) {
    // The last file counts more.
    for name in ["special_tokens_map.json", "tokenizer_config.json"] {
      let path = "\(folder)/\(name)"
      guard FileSystem.exists(path) else { continue }
      let settings = try Self.parse(path)
      startToken = Self.token(settings["bos_token"]) ?? startToken
      endToken = Self.token(settings["eos_token"]) ?? endToken
      unknownToken = Self.token(settings["unk_token"]) ?? unknownToken
      padToken = Self.token(settings["pad_token"]) ?? padToken
      if let name = settings["tokenizer_class"]?.string {
        isCLIP = name == "CLIPTokenizer" || name == "CLIPTokenizerFast"
      }
      // transformers writes 1e30 where there is no limit.
      if let length = settings["model_max_length"]?.int, (2...1_000_000).contains(length) {
        contextLength = length
      }
    }
  }

  /// A token is its content, or an object that has it.
  private static func token(_ value: JSONValue?) -> String? {
    value?.string ?? value?["content"]?.string
  }

  private static func parse(_ path: String) throws(TokenizerError) -> JSONValue {
    let bytes = try RegularFile.tokenizerContents(of: path)
    do throws(JSONError) {
      return try JSONValue.parse(String(decoding: bytes, as: UTF8.self), name: path)
    } catch {
      throw .malformed(file: path, place: "byte \(error.offset)", reason: error.reason)
    }
  }
}
