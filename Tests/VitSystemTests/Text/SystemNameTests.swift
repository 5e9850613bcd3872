import Testing

@testable import VitSystem

@Suite struct SystemNameTests {
  /// Latin-1, Shift-JIS, cut and overlong sequences, and characters that themselves stand for bytes.
  private static let names: [[UInt8]] = [
    [], Array("a/b.jpg".utf8), Array("é\u{10FFFF}".utf8), [0x63, 0x61, 0x66, 0xE9],
    [0x83, 0x65, 0x83, 0x58, 0x83, 0x67], [0xE3, 0x81], [0xC0, 0xAF], [0xED, 0xA0, 0x80],
    [0xF4, 0x90, 0x80, 0x80], [0xFF, 0xFE, 0x2F, 0x80],
    // U+FDD8 and U+FDE1, which stand for the byte 0x81, and each alone.
    [0xEF, 0xB7, 0x98, 0xEF, 0xB7, 0xA1], [0xEF, 0xB7, 0x98], [0xEF, 0xB7, 0xA1, 0x81],
  ]

  @Test(arguments: names) func namesComeBackFromTheirTexts(name: [UInt8]) {
    let text = SystemName.text(name)
    #expect(SystemName.bytes(text) == name)
    #expect(SystemName.repaired(text) == String(decoding: name, as: UTF8.self))
    #expect((SystemName.unicode(text) == nil) == (String(validating: name, as: UTF8.self) == nil))
    (name.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
      #expect(SystemName.text(cString: $0.baseAddress!).isExactly(text))
    }
  }

  @Test func differentNamesHaveDifferentTexts() {
    #expect(Set(Self.names.map { ExactString(SystemName.text($0)) }).count == Self.names.count)
  }

  @Test func theOrderIsThatOfTheNames() {
    let names: [[UInt8]] = [[0x61, 0x80], [0x61, 0xC3, 0xA9], [0x61, 0xE9], [0x61, 0xFF]]
    #expect(
      names.map { SystemName.text($0) }.sorted(by: SystemName.precedes).map(SystemName.bytes)
        == names)
  }

  @Test func namesThatAreJoinedStayWhatTheyAre() {
    let joined = "folder/" + SystemName.text([0xE9] as [UInt8]) + ".jpg"
    #expect(SystemName.bytes(joined) == Array("folder/".utf8) + [0xE9] + Array(".jpg".utf8))
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"),
  ])
  func base64IsThatOfItsStandard(text: String, expected: String) {
    #expect(Base64.text(Array(text.utf8)) == expected)
    #expect(Base64.bytes(expected) == Array(text.utf8))
  }

  @Test func whatIsNoBase64IsNone() {
    for text in ["Zg=", "Zg", "Z===", "Zh==", "Z*==", "====", "Zg==Zg=="] {
      #expect(Base64.bytes(text) == nil)
    }
    let all = (0...255).map { UInt8($0) }
    #expect(Base64.bytes(Base64.text(all)) == all)
  }
}
