import Testing

@testable import vit

@Suite struct CSVTextTests {
  @Test func csvQuotesWhatNeedsIt() {
    #expect(
      CSVText.row(["a,b", "say \"x\"", "plain", ""])
        == Array("\"a,b\",\"say \"\"x\"\"\",plain,\n".utf8))
  }
}
