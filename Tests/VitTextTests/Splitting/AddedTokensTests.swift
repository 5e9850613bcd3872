import Testing

@testable import VitText

@Suite struct AddedTokensTests {
  @Test func findsTheLongestOfTheFirstPlace() {
    #expect(pieces("xabcdx", ["abcd", "abc", "bcdx"]) == ["x", "[abcd]", "x"])
    #expect(pieces("abce", ["abcd", "b"]) == ["a", "[b]", "ce"])
    #expect(pieces("aabab", ["ab", "abab"]) == ["a", "[abab]"])
    #expect(pieces("<tok1><tok12>", ["<tok1>", "<tok12>", "<tok"]) == ["[<tok1>]", "[<tok12>]"])
    #expect(pieces("<tok<tok3", ["<tok1>", "<tok"]) == ["[<tok]", "[<tok]", "3"])
    #expect(pieces("", ["a"]) == [])
    #expect(pieces("none", []) == ["none"])
  }

  /// All texts of six letters against all pairs of tokens, compared with the definition.
  @Test func agreesWithComparingEachPlace() {
    let words = (1...3).flatMap { length in
      (0..<(1 << length)).map { bits in
        String((0..<length).map { bits >> $0 & 1 == 0 ? "a" : "b" })
      }
    }
    let texts = (0..<(1 << 6)).map { bits in
      String((0..<6).map { bits >> $0 & 1 == 0 ? "a" : "b" })
    }
    for first in words {
      for second in words where first != second {
        for text in texts {
          guard pieces(text, [first, second]) == expected(text, [first, second]) else {
            Issue.record("\(text) by \(first) and \(second)")
            return
          }
        }
      }
    }
  }

  @Test func stopsWhereNoMoreIsWanted() {
    var found = 0
    let tokens = AddedTokens([AddedToken(content: Array("a".utf8), id: 7)])
    Array("aaaaaaaa".utf8).withUnsafeBufferPointer {
      tokens.split($0, isFull: { found == 3 }, text: { _ in }, token: { _ in found += 1 })
    }
    #expect(found == 3)
  }

  /// Comparing each place with each token takes the product of the two numbers.
  @Test(.timeLimit(.minutes(1)))
  func manyTokensThatBeginAlikeTakeNoLonger() {
    let tokens = AddedTokens(
      (0..<20_000).map { AddedToken(content: Array("<tok\($0)>".utf8), id: Int32($0)) })
    var texts = 0
    [UInt8](repeating: UInt8(ascii: "<"), count: 200_000).withUnsafeBufferPointer {
      tokens.split($0, isFull: { false }, text: { _ in texts += 1 }, token: { _ in })
    }
    #expect(texts == 1)
  }

  /// One token that nearly fits at each place.
  @Test(.timeLimit(.minutes(1)))
  func aLongTokenTakesNoLonger() {
    let long = [UInt8](repeating: UInt8(ascii: "a"), count: 20_000)
    let tokens = AddedTokens([AddedToken(content: long + [UInt8(ascii: "b")], id: 1)])
    var found = 0
    [UInt8](repeating: UInt8(ascii: "a"), count: 60_000).withUnsafeBufferPointer {
      tokens.split($0, isFull: { false }, text: { _ in }, token: { _ in found += 1 })
    }
    #expect(found == 0)
  }

  private func pieces(_ text: String, _ contents: [String]) -> [String] {
    let tokens = AddedTokens(
      contents.enumerated().map { AddedToken(content: Array($1.utf8), id: Int32($0)) })
    var pieces: [String] = []
    Array(text.utf8).withUnsafeBufferPointer {
      tokens.split(
        $0, isFull: { false }, text: { pieces.append(String(decoding: $0, as: UTF8.self)) },
        token: { pieces.append("[\(contents[Int($0)])]") })
    }
    return pieces
  }

  private func expected(_ text: String, _ contents: [String]) -> [String] {
    let longestFirst = contents.sorted { $0.count > $1.count }
    var pieces: [String] = []
    var (rest, part) = (text[...], "")
    while let first = rest.first {
      if let token = longestFirst.first(where: rest.hasPrefix) {
        if !part.isEmpty { pieces.append(part) }
        pieces.append("[\(token)]")
        part = ""
        rest = rest.dropFirst(token.count)
      } else {
        part.append(first)
        rest.removeFirst()
      }
    }
    return part.isEmpty ? pieces : pieces + [part]
  }
}
