import Foundation
import Testing

@testable import VitText

struct TokenizerTests {
  static let huggingFace = try! Tokenizer.bundled(.huggingFace)
  static let openCLIP = try! Tokenizer.bundled(.openCLIP)

  @Test func plainCaption() {
    #expect(
      Self.huggingFace.encode("a photo of a cat")
        == Encoding(ids: [49406, 320, 1125, 539, 320, 2368, 49407], truncated: false))
    #expect(
      Self.huggingFace.tokens([49406, 1125, 539, 49407])
        == ["<|startoftext|>", "photo</w>", "of</w>", "<|endoftext|>"])
    #expect(Self.openCLIP.tokens([49406]) == ["<start_of_text>"])
    #expect(Self.huggingFace.vocabularySize == 49_408)
  }

  @Test(arguments: ["", " ", "\t\r\n\u{A0}\u{3000}\u{2028}"])
  func blank(text: String) throws {
    for layout in Tokenizer.Layout.allCases {
      #expect(
        try Tokenizer.bundled(layout).encode(text)
          == Encoding(ids: [49406, 49407], truncated: false))
    }
  }

  @Test func truncation() {
    var tokenizer = Self.huggingFace
    let words = Array(repeating: "cat", count: 200)
    for length in [2, 3, 16, 77] {
      tokenizer.contextLength = length
      for count in max(0, length - 4)...(length + 3) {
        let encoding = tokenizer.encode(words[..<count].joined(separator: " "))
        let kept = min(count, length - 2)
        #expect(encoding.ids == [49406] + Array(repeating: 2368, count: kept) + [49407])
        #expect(encoding.truncated == (count > length - 2))
      }
    }
    // A word of several tokens is cut too.
    tokenizer.contextLength = 5
    #expect(tokenizer.encode("one 12345").ids == [49406, 637, 272, 273, 49407])
    tokenizer.contextLength = 1
    #expect(tokenizer.encode("cat").ids == [49407])
    #expect(Self.huggingFace.encodeWhole(words.joined(separator: " ")).ids.count == 202)
  }

  @Test func padding() {
    #expect(Self.openCLIP.encodePadded("a cat").count == 77)
    #expect(Self.openCLIP.encodePadded("a cat").last == 0)
    #expect(Self.huggingFace.encodePadded("a cat").last == 49407)
    #expect(Encoding(ids: [1, 2], truncated: false).padded(to: 1, with: 0) == [1, 2])
  }

  @Test func brokenUTF8() {
    let bytes: [UInt8] = [0x61, 0xFF, 0x20, 0xE2, 0x82, 0x62, 0xF0, 0x9F]
    for tokenizer in [Self.huggingFace, Self.openCLIP] {
      let ids = bytes.withUnsafeBytes { tokenizer.encode(utf8: $0) }.ids
      #expect(ids == tokenizer.encode("a\u{FFFD} \u{FFFD}b\u{FFFD}").ids)
    }
  }

  @Test func decoding() {
    #expect(
      Self.huggingFace.decode(Self.huggingFace.encode("A Naïve Café 😀!").ids) == "a naïve café 😀!")
    #expect(Self.huggingFace.decode([]) == "")
  }

  @Test func clean() throws {
    func ids(_ text: String, _ clean: Tokenizer.Clean) throws -> [Int32] {
      try Tokenizer.bundled(.openCLIP, clean: clean).encode(text).ids
    }
    #expect(try ids("A_Dog's, Life!", .canonicalize) == ids("a dogs life", .lower))
    #expect(try ids("A Dog", .whitespace) != ids("a dog", .lower))
    // Without lower case, contractions are still found in capitals.
    #expect(
      try Tokenizer.bundled(.openCLIP, clean: .whitespace).decode(ids("it'S", .whitespace))
        == "it 'S")
  }

  /// The same ids again from the cache, after more words than it holds, and from many threads.
  @Test func cache() async throws {
    let tokenizer = try Tokenizer.bundled(.huggingFace)
    let texts = Array(ReferenceIDs.strings.prefix(200))
    let rows = try ReferenceIDs.rows(.huggingFace)
    for _ in 0..<2 {
      for (text, row) in zip(texts, rows) { #expect(tokenizer.encode(text).ids == row) }
    }
    for word in 0..<40_000 { _ = tokenizer.encode("w\(word)w") }
    for word in 0..<30_000 {
      var (number, letters) = (word, "")
      repeat {
        letters.unicodeScalars.append(Unicode.Scalar(UInt8(97 + number % 26)))
        number /= 26
      } while number > 0
      _ = tokenizer.encode(letters)
    }
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask { zip(texts, rows).allSatisfy { tokenizer.encode($0).ids == $1 } }
      }
      for await same in group { #expect(same) }
    }
  }

  @Test(.timeLimit(.minutes(10)), arguments: [Tokenizer.Layout.huggingFace, .openCLIP])
  func megabyte(layout: Tokenizer.Layout) throws {
    let tokenizer = try Tokenizer.bundled(layout)
    let count = 1 << 20
    for unit in ["a", "!", "é", "e\u{301}", "&", "\u{301}", "Σ", "<|"] {
      let text = String(repeating: unit, count: count / unit.utf8.count)
      #expect(tokenizer.encode(text).ids.count == 77)
    }
    let letters = String(repeating: "qwertyuiopasdfghjklzxcvbnm", count: count / 26)
    let whole = tokenizer.encodeWhole(letters)
    #expect(tokenizer.decode(whole.ids) == letters)
    #expect(tokenizer.encode(String(repeating: "&amp;amp", count: count / 8)).ids.count == 77)
    _ = tokenizer.encode("&" + String(repeating: "amp;", count: count / 16))
    #expect(tokenizer.encode(String(repeating: " ", count: count)).ids == [49406, 49407])
  }
}
