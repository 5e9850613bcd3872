import Testing

@testable import vit

@Suite struct CommandArgumentsTests {
  /// The mark is one character with the `=` before it.
  @Test func valuesMayBeginWithCombiningMarks() {
    for mark in ["\u{301}", "\u{FE0F}", "\u{903}", "\u{200D}"] {
      #expect(CommandArguments.separated(["--text=\(mark)abc"]) == ["--text", "\(mark)abc"])
    }
    #expect(CommandArguments.separated(["--text="]) == ["--text", ""])
  }

  @Test func otherArgumentsStayWhatTheyAre() {
    let arguments = ["embed", "--text=a=\u{301}b", "-o=", "a=\u{301}", "--", "--text=\u{301}"]
    #expect(CommandArguments.separated(arguments) == arguments)
  }

  @Test func aWordThatIsNoVerbGetsASuggestion() {
    #expect(VerbMistake(["classify", "x"]) == nil)
    #expect(VerbMistake(["--help"]) == nil)
    #expect(VerbMistake([]) == nil)
    #expect(VerbMistake(["help", "embed"]) == nil)
    #expect(VerbMistake(["none.jpg"])?.message.contains("vit classify none.jpg") == true)
    #expect(VerbMistake(["clasify"])?.message.contains("did you mean vit classify?") == true)
    #expect(VerbMistake(["Embed"])?.message.contains("did you mean vit embed?") == true)
    #expect(VerbMistake(["zzz"])?.message.contains("choose one of classify, embed") == true)
  }
}
