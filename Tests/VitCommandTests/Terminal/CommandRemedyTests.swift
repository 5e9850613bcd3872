import Testing

@testable import vit

@Suite struct CommandRemedyTests {
  @Test func optionsStandForProperties() {
    #expect(
      CommandRemedy.text("a: too small; resize it, or ask for more (`LoadOptions.precision`)")
        == "a: too small; resize it, or ask for more (--precision)")
    #expect(
      CommandRemedy.text("h: gone; wait, or set `Hub.isOffline` to true")
        == "h: gone; wait, or give --offline")
  }

  /// Names may be anything.
  @Test func whatIsNoRemedyStays() {
    for text in ["`LoadOptions.precision`: missing", "`Hub.isOffline`; x: bad; do so", ""] {
      #expect(CommandRemedy.text(text) == text)
    }
  }
}
