import Foundation

@testable import VitText

/// Writes CLIP's vocabulary in every form into a folder of its own, which goes when this goes.
final class VocabularyFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appending(path: "vitkit-text-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, _ name: String) throws {
    try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
  }

  func write(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
  }

  /// The names of CLIP's tokens by id, with those that Hugging Face gives start and end.
  static let names: [String] = {
    let tokenizer = try! Tokenizer.bundled(.huggingFace)
    return tokenizer.tokens((0..<Int32(49_408)).map { $0 })
  }()

  /// Each merge as `left right`.
  static let merges: [String] = {
    let bytes = try! bundledText()
    return bytes.split(separator: 0x0A)[1...48_894].map { String(decoding: $0, as: UTF8.self) }
  }()

  static func bundledText() throws -> [UInt8] {
    try VocabularyFiles.gunzip(VocabularyFiles.bundled, file: "bundled")
  }

  static func vocabularyJSON(escaped: Bool = false) -> String {
    "{"
      + names.enumerated().map { "\(quoted($1, escaped: escaped)): \($0)" }
      .joined(separator: ", ") + "}"
  }

  static func quoted(_ text: String, escaped: Bool = false) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" {
        result += "\\" + String(scalar)
      } else if escaped, scalar.value >= 0x80 {
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  static let normalizer = #"""
    {"type":"Sequence","normalizers":[{"type":"NFC"},
    {"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "},{"type":"Lowercase"}]}
    """#

  /// - Parameter version: of transformers; 4 writes merges as strings, looks for the special tokens
  ///   in the normalised text, and leaves them out of the split.
  static func tokenizerJSON(
    version: Int, normalizer: String = VocabularyFolder.normalizer, model: String? = nil
  ) -> String {
    let specials = version == 5 ? #"<\\|startoftext\\|>|<\\|endoftext\\|>|"# : ""
    let merges = self.merges.map { merge -> String in
      if version == 4 { return quoted(merge) }
      return "[" + merge.split(separator: " ").map { quoted(String($0)) }.joined(separator: ",")
        + "]"
    }.joined(separator: ",\n")
    let model =
      model ?? """
        {"type":"BPE","dropout":null,"unk_token":"<|endoftext|>","continuing_subword_prefix":"",
        "end_of_word_suffix":"</w>","fuse_unk":false,"vocab":\(vocabularyJSON()),
        "merges":[\(merges)]}
        """
    let normalized = version == 4
    return """
      {"version":"1.0","truncation":null,"padding":null,"added_tokens":[
      {"id":49406,"content":"<|startoftext|>","single_word":false,"lstrip":false,"rstrip":false,
      "normalized":\(normalized),"special":true},
      {"id":49407,"content":"<|endoftext|>","single_word":false,"lstrip":false,"rstrip":false,
      "normalized":\(normalized),"special":true}],
      "normalizer":\(normalizer),
      "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":
      "\(specials)'s|'t|'re|'ve|'m|'ll|'d|[\\\\p{L}]+|[\\\\p{N}]|[^\\\\s\\\\p{L}\\\\p{N}]+"},
      "behavior":"Removed","invert":true},
      {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}]},
      "post_processor":{"type":"RobertaProcessing","sep":["<|endoftext|>",49407],
      "cls":["<|startoftext|>",49406],"trim_offsets":false,"add_prefix_space":false},
      "decoder":{"type":"ByteLevel"},"model":\(model)}
      """
  }
}
