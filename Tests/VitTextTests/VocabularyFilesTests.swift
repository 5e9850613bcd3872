import Foundation
import Testing

@testable import VitText

/// The same ids from every kind of file.
struct VocabularyFilesTests {
  private func expectReference(
    _ tokenizer: Tokenizer, sourceLocation: SourceLocation = #_sourceLocation
  )
    throws
  {
    let rows = try ReferenceIDs.rows(.huggingFace)
    let different = zip(ReferenceIDs.strings, rows).filter { tokenizer.encode($0).ids != $1 }
    #expect(different.isEmpty, sourceLocation: sourceLocation)
  }

  @Test(arguments: ["\n", "\r\n"], [false, true])
  func vocabularyAndMerges(lineEnd: String, escaped: Bool) throws {
    let folder = try VocabularyFolder()
    try folder.write(VocabularyFolder.vocabularyJSON(escaped: escaped), "vocab.json")
    let lines = ["#version: 0.2"] + VocabularyFolder.merges
    try folder.write(lines.joined(separator: lineEnd) + lineEnd, "merges.txt")
    try expectReference(try Tokenizer.load(folder: folder.path))
    try expectReference(try Tokenizer.load(folder.path + "/merges.txt"))
  }

  /// open_clip cleans a text before a tokeniser of Hugging Face's sees it: entities and curly quotes
  /// become plain; the tokeniser alone leaves them.
  @Test func textsMayBeCleanedFirst() throws {
    let folder = try VocabularyFolder()
    try folder.write(VocabularyFolder.tokenizerJSON(version: 5), "tokenizer.json")
    let plain = try Tokenizer.load(folder: folder.path, contextLength: 16)
    let cleaned = try Tokenizer.load(
      folder: folder.path, contextLength: 16, cleaningFirst: .whitespace)
    let (raw, clean) = ("a cat &amp;amp; \u{201C}dogs\u{201D}", "a cat & \"dogs\"")
    #expect(cleaned.encode(raw).ids == plain.encode(clean).ids)
    #expect(plain.encode(raw).ids != plain.encode(clean).ids)
    let bare = try Tokenizer.load(
      folder: folder.path, contextLength: 16, cleaningFirst: .canonicalize)
    #expect(bare.encode("A cat, two_dogs!").ids == plain.encode("a cat two dogs").ids)
  }

  @Test func tokenizerFile() throws {
    let folder = try VocabularyFolder()
    try folder.write(VocabularyFolder.tokenizerJSON(version: 5), "tokenizer.json")
    // tokenizer.json comes before these, which are broken.
    try folder.write("{", "vocab.json")
    try folder.write("", "merges.txt")
    let tokenizer = try Tokenizer.load(folder: folder.path)
    try expectReference(tokenizer)
    #expect(tokenizer.source.hasSuffix("/tokenizer.json"))
  }

  /// Found by transformers 5.23.0 and tokenizers 0.23.3 on such a file.
  @Test func tokenizerFileOfTransformers4() throws {
    let folder = try VocabularyFolder()
    try folder.write(VocabularyFolder.tokenizerJSON(version: 4), "tokenizer.json")
    let tokenizer = try Tokenizer.load(folder: folder.path)
    func ids(_ text: String) -> [Int32] { tokenizer.encode(text).ids }
    #expect(ids("<|EndOfText|> x<|endoftext|>y") == [49406, 49407, 343, 49407, 344, 49407])
    #expect(ids("a <|ENDOFTEXT|>!!") == [49406, 320, 49407, 748, 49407])
    #expect(ids("<|endoftext|>!") == [49406, 49407, 256, 49407])
  }

  /// transformers 5 normalises as CLIP does whatever the file says; another class obeys the file.
  @Test func theClassDecidesWhoNormalizes() throws {
    let folder = try VocabularyFolder()
    let capitals = #"{"type":"NFC"}"#
    try folder.write(
      VocabularyFolder.tokenizerJSON(version: 5, normalizer: capitals), "tokenizer.json")
    #expect(
      try Tokenizer.load(folder: folder.path).encode("A Cat").ids == [49406, 288, 34, 536, 49407])
    try folder.write(#"{"tokenizer_class":"CLIPTokenizer"}"#, "tokenizer_config.json")
    #expect(
      try Tokenizer.load(folder: folder.path).encode("A Cat").ids == [49406, 320, 2368, 49407])
  }

  @Test func original() throws {
    let folder = try VocabularyFolder()
    try folder.write(Array(VocabularyFiles.bundled), "bpe_simple_vocab_16e6.txt.gz")
    try expectReference(try Tokenizer.load(folder: folder.path))
    let openCLIP = try Tokenizer.load(folder.path + "/bpe_simple_vocab_16e6.txt.gz")
    #expect(openCLIP.layout == .openCLIP && openCLIP.padID == 0)
    #expect(
      openCLIP.encode("&lt;b&gt;").ids == (try Tokenizer.bundled(.openCLIP)).encode("<b>").ids)
  }

  @Test func settingsOfTheFolder() throws {
    let folder = try VocabularyFolder()
    try folder.write(VocabularyFolder.vocabularyJSON(), "vocab.json")
    try folder.write(VocabularyFolder.merges.joined(separator: "\n"), "merges.txt")
    try folder.write(
      #"{"model_max_length": 16, "pad_token": {"content": "!"}}"#, "tokenizer_config.json")
    let tokenizer = try Tokenizer.load(folder: folder.path)
    #expect(tokenizer.contextLength == 16)
    #expect(tokenizer.padID == 0)
    #expect(
      tokenizer.encodePadded("a cat") == [49406, 320, 2368, 49407] + Array(repeating: 0, count: 12))
    #expect(try Tokenizer.load(folder: folder.path, contextLength: 8).contextLength == 8)
  }

  @Test func gzipThatEndsEarly() throws {
    let bytes = Array(VocabularyFiles.bundled)
    let folder = try VocabularyFolder()
    for count in [0, 1, 10, 1000, 100_000] {
      try folder.write(Array(bytes[..<count]), "short.gz")
      #expect(throws: TokenizerError.self) { try Tokenizer.load(folder.path + "/short.gz") }
    }
    try folder.write([UInt8](repeating: 7, count: 5000), "noise.gz")
    #expect(throws: TokenizerError.self) { try Tokenizer.load(folder.path + "/noise.gz") }
  }
}
