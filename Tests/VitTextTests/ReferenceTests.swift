import Foundation
import Testing
import VitTestSupport

@testable import VitText

/// Ids identical to the reference of each layout.
struct ReferenceTests {
  @Test(arguments: Tokenizer.Layout.allCases)
  func generatedStrings(layout: Tokenizer.Layout) throws {
    let tokenizer = try Tokenizer.bundled(layout)
    let rows = try ReferenceIDs.rows(layout)
    #expect(rows.count == 1000 && rows.count == ReferenceIDs.strings.count)
    for (text, row) in zip(ReferenceIDs.strings, rows) {
      #expect(tokenizer.encode(text).ids == row, "\(text.debugDescription)")
    }
  }

  @Test(arguments: Tokenizer.Layout.allCases)
  func longText(layout: Tokenizer.Layout) throws {
    let text = ReferenceIDs.strings.joined(separator: "\n")
    let hashes = try ReferenceIDs.hashes(layout)
    #expect(text.utf8.count > 10_000)
    let encoding = try Tokenizer.bundled(layout).encodeWhole(text)
    #expect(!encoding.truncated)
    #expect(encoding.ids.count == hashes.long.count)
    #expect(ReferenceIDs.fingerprint(encoding.ids) == hashes.long.hash)
  }

  @Test func awkwardStringsInHuggingFacesWay() throws {
    let tokenizer = try Tokenizer.bundled(.huggingFace)
    let strings = try ReferenceIDs.awkward()
    #expect(strings.count == 84)
    for string in strings {
      #expect(
        tokenizer.encode(string.text).ids == string.huggingFaceIDs,
        "\(string.text.debugDescription)")
    }
  }

  /// The two that need ftfy's repair of mojibake are the only ones that differ; they are named so
  /// that whoever adds the repair has to change this.
  @Test func awkwardStringsInOpenCLIPsWay() throws {
    let tokenizer = try Tokenizer.bundled(.openCLIP)
    let different = try ReferenceIDs.awkward().filter {
      tokenizer.encode($0.text).ids != $0.openCLIPIDs
    }
    #expect(different.count == 2)
    #expect(different.allSatisfy { $0.text.contains("Ã") })
  }

  @Test(.enabled(if: TestData.collection != nil), arguments: Tokenizer.Layout.allCases)
  func captions(layout: Tokenizer.Layout) throws {
    let tokenizer = try Tokenizer.bundled(layout)
    let text = try String(
      contentsOf: TestData.collection("captions/coco-val2017.txt"), encoding: .utf8)
    let captions = text.split(separator: "\n").map { String($0) }
    let hashes = try ReferenceIDs.hashes(layout).captions
    #expect(captions.count == 25_014 && hashes.count == 26)
    for (index, hash) in hashes.enumerated() {
      let part = captions[(1000 * index)..<min(1000 * (index + 1), captions.count)]
      let ids = part.flatMap { tokenizer.encode($0).ids }
      #expect(ReferenceIDs.fingerprint(ids) == hash, "captions from \(1000 * index)")
    }
  }

  @Test(
    .enabled(if: TestData.collection != nil),
    arguments: ["", "/tokenizer.json", "/vocab.json", "/merges.txt"])
  func everyPublishedFile(file: String) throws {
    let path = TestData.collection("clip-tokenizer").path + file
    let tokenizer = try Tokenizer.load(path)
    let rows = try ReferenceIDs.rows(.huggingFace)
    for (text, row) in zip(ReferenceIDs.strings, rows) {
      #expect(tokenizer.encode(text).ids == row, "\(text.debugDescription)")
    }
    #expect(tokenizer.contextLength == 77 && tokenizer.padID == 49407)
  }

  @Test(.enabled(if: TestData.collection != nil))
  func bundledVocabularyIsThePublishedOne() throws {
    let path = TestData.collection("clip-tokenizer/bpe_simple_vocab_16e6.txt.gz").path
    let published = try Tokenizer.load(path, layout: .openCLIP)
    let bundled = try Tokenizer.bundled(.openCLIP)
    let all = (0..<Int32(49_408)).map { $0 }
    #expect(published.tokens(all) == bundled.tokens(all))
  }
}
