import Foundation
import Testing

@testable import VitText

/// Files that are damaged or made to harm: an error that names file, place and reason.
struct HostileFilesTests {
  private func failure(vocabulary: String, merges: String) throws -> String {
    let folder = try VocabularyFolder()
    try folder.write(vocabulary, "vocab.json")
    try folder.write(merges, "merges.txt")
    do {
      _ = try Tokenizer.load(folder: folder.path)
      return "no error"
    } catch {
      return error.description
    }
  }

  private static let specials = #""<|startoftext|>": 5, "<|endoftext|>": 6"#

  @Test(arguments: [
    (#"{"a": 0, "#, "ends too early"),
    (#"{"a": -1}"#, "whole number"),
    (#"{"a": 1.5}"#, "whole number"),
    (#"{"a": "b"}"#, "whole number"),
    (#"{"a": 99999999999999999999999}"#, "above 1048576"),
    (#"{"a": 1048577}"#, "above 1048576"),
    (#"["a"]"#, "expected {"),
    (#"{"a": 0} x"#, "something follows"),
    (#"{"a\ud800": 0}"#, "surrogate"),
    (#"{"a\q": 0}"#, "unknown escape"),
    (#"{"a\u12"#, "does not end"),
    ("{\"a\n\": 0}", "control character"),
    ("{\"a", "does not end"),
    ("", "ends too early"),
    ("{}", "<|startoftext|> is missing"),
  ])
  func vocabulary(text: String, reason: String) throws {
    let message = try failure(vocabulary: text, merges: "")
    #expect(message.contains(reason), "\(message)")
    #expect(message.contains("vocab.json"))
  }

  @Test(arguments: [
    ("#version: 0.2\na b c\n", "line 2"), ("ab\n", "line 1"), (" a\n", "line 1"),
    ("a \n", "line 1"),
    ("a b\n", "merge 1: ab is not in the vocabulary"),
    ("a q\n", "merge 1: q is not in the vocabulary"),
  ])
  func merges(text: String, reason: String) throws {
    let message = try failure(
      vocabulary: #"{"a": 0, "b": 1, "# + Self.specials + "}", merges: text)
    #expect(message.contains(reason), "\(message)")
    #expect(message.contains("merges.txt"))
  }

  /// Bytes without a token become the unknown token, as in Hugging Face's.
  @Test func smallVocabulary() throws {
    let folder = try VocabularyFolder()
    try folder.write(
      #"{"a": 0, "b</w>": 1, "ab</w>": 2, "a</w>": 3, "# + Self.specials + "}", "vocab.json")
    try folder.write("a b</w>\n", "merges.txt")
    let tokenizer = try Tokenizer.load(folder: folder.path)
    #expect(tokenizer.encode("ab a aab").ids == [5, 2, 3, 0, 2, 6])
    #expect(tokenizer.encode("xa").ids == [5, 6, 3, 6])
    #expect(tokenizer.vocabularySize == 7)
    #expect(
      tokenizer.tokens([2, 4, 100, -1]) == [
        "ab</w>", "<unknown 4>", "<unknown 100>", "<unknown -1>",
      ])
    #expect(tokenizer.decode([5, 2, 3, 6]) == "ab a")
  }

  @Test(arguments: [
    ("[]", "expected {"), ("{", "ends too early"), (#"{"model": 3}"#, "has to be an object"),
    ("{}", "without vocabulary"), (#"{"model": {"vocab": [], "merges": []}}"#, "not an object"),
    (#"{"model": {"vocab": {}, "merges": ["ab"]}}"#, "one space"),
    (#"{"model": {"vocab": {}, "merges": [["a"]]}}"#, "expected ,"),
    (#"{"model": {"vocab": {}, "merges": [["a", "b"]]}}"#, "not in the vocabulary"),
    (#"{"model": {"type": "WordPiece", "vocab": {}, "merges": []}}"#, "type WordPiece"),
    (#"{"model": {"byte_fallback": true, "vocab": {}, "merges": []}}"#, "byte_fallback"),
    (#"{"model": {"vocab": {}, "merges": []}, "normalizer": {"type": "NFKC"}}"#, "NFKC"),
    (#"{"model": {"vocab": {}, "merges": []}}"#, "split words"),
    (#"{"model": {"vocab": {}, "merges": []}, "x": ]}"#, "missing"),
    (
      #"{"x": "# + String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000) + "}",
      "nested deeper"
    ),
  ])
  func tokenizerFile(text: String, reason: String) throws {
    try expectRefusal(text, reason)
  }

  /// Not an argument of the test above, which would print it.
  @Test func tokenizerFileOfNestedOpenings() throws {
    try expectRefusal(#"{"x": "# + String(repeating: "[", count: 100_000), "ends too early")
  }

  private func expectRefusal(_ text: String, _ reason: String) throws {
    let folder = try VocabularyFolder()
    try folder.write(text, "tokenizer.json")
    do {
      _ = try Tokenizer.load(folder: folder.path)
      Issue.record("no error")
    } catch {
      #expect(error.description.contains(reason), "\(error)")
      #expect(error.description.contains("tokenizer.json"))
    }
  }

  @Test func nothingThere() throws {
    let folder = try VocabularyFolder()
    #expect(throws: TokenizerError.missing(folder: folder.path)) {
      try Tokenizer.load(folder: folder.path)
    }
    #expect(throws: TokenizerError.self) { try Tokenizer.load(folder.path + "/absent.json") }
    #expect(throws: TokenizerError.self) { try Tokenizer.load("/dev/null") }
    #expect(!Tokenizer.exists(in: folder.path))
  }

  /// Every prefix, and every byte flipped, of a small file of each kind: an error or a tokeniser.
  @Test func damagedBytes() throws {
    let vocabulary = Array((#"{"a": 0, "b</w>": 1, "\u00e9": 2, "# + Self.specials + "}").utf8)
    let merges = Array("#version: 0.2\r\na b</w>\na b</w>".utf8)
    let file = Array(
      VocabularyFolder.tokenizerJSON(
        version: 5,
        model: #"{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":[["a","b"],"a b"]}"#
      ).utf8)
    var good = 0
    for (bytes, read) in [
      (vocabulary, { _ = try VocabularyFiles.vocabulary($0, file: "f") }),
      (merges, { _ = try VocabularyFiles.merges($0, file: "f") }),
      (file, { _ = try TokenizerFile($0, file: "f", isCLIP: false) }),
    ] as [([UInt8], ([UInt8]) throws -> Void)] {
      try read(bytes)
      for index in bytes.indices {
        var flipped = bytes
        for bit in 0..<8 {
          flipped[index] ^= 1 << UInt8(bit)
          do {
            try read(flipped)
            good += 1
          } catch is TokenizerError {}
        }
        do { try read(Array(bytes[..<index])) } catch is TokenizerError {}
      }
    }
    #expect(good > 0)
  }
}
