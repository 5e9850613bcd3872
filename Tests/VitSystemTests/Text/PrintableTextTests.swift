import Testing
import VitSystem

@Suite struct PrintableTextTests {
  @Test(arguments: [
    ("plain é 写真 👩‍👩‍👧", "plain é 写真 👩‍👩‍👧"), ("\u{1B}[2J\u{07}\u{7F}", "\\x1B[2J\\x07\\x7F"),
    ("a\nb\rc\td", "a\\nb\\rc\\td"), ("\u{9B}31m", "\\u{009B}31m"),
    ("\u{202E}gpj", "\\u{202E}gpj"), ("\u{2066}\u{200F}\u{2028}", "\\u{2066}\\u{200F}\\u{2028}"),
  ])
  func whatWouldSteerATerminalIsShown(text: String, shown: String) {
    #expect(printable(text) == shown)
    #expect(printable(shown) == shown)
  }

  @Test func bytesOfNamesAreShown() {
    let name = SystemName.text([0x63, 0xE9, 0x1B] as [UInt8])
    #expect(printable(name) == "c\\xE9\\x1B")
    #expect(
      SystemName.bytes(printable(name, keepsNames: true)) == [0x63, 0xE9] + Array("\\x1B".utf8))
  }

  @Test func longTextsAreCut() { #expect(printable("abc", limit: 2) == "ab") }
}
