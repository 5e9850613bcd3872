import Testing

@testable import vit

@Suite struct CSVTextTests {
  @Test func csvQuotesWhatNeedsIt() {
    #expect(CSVText.row(["a,b", "say \"x\"", "plain", ""]) == "\"a,b\",\"say \"\"x\"\"\",plain,\n")
  }
}
