import Testing

@testable import vit

@Suite struct TextTests {
  @Test func decimalsRoundAndKeepTheirZeros() {
    #expect(decimals(0.05, 1) == "0.1")
    #expect(decimals(99.96, 1) == "100.0")
    #expect(decimals(-0.001, 2) == "0.00")
    #expect(decimals(-1.5, 3) == "-1.500")
    #expect(decimals(3.4, 0) == "3")
    #expect(decimals(.nan, 1) == "nan")
  }

  @Test func groupsOfThousands() {
    #expect(grouped(5_717_416) == "5,717,416")
    #expect(grouped(100) == "100")
    #expect(grouped(-1000) == "-1,000")
  }

  @Test func jsonEscapesAndHasNoInfinities() {
    #expect(JSONText.string("a\"\\\n\u{1}ä").text == #""a\"\\\n\u0001ä""#)
    #expect(JSONText.number(Float.nan).text == "null")
    #expect(JSONText.number(Float(0.1)).text == "0.1")
    #expect(JSONText.object([("a", .array([.number(1), .null]))]).text == #"{"a": [1, null]}"#)
  }

  @Test func csvQuotesWhatNeedsIt() {
    #expect(CSVText.row(["a,b", "say \"x\"", "plain", ""]) == "\"a,b\",\"say \"\"x\"\"\",plain,\n")
  }

  @Test func progressTellsRateAndRemainingTime() {
    #expect(
      ProgressBar.text(done: 120, total: 240, seconds: 60)
        == "[############------------]  120/240  2.0 images/s  1 min 0 s left")
    #expect(ProgressBar.text(done: 3, total: nil, seconds: 1) == "3  3.0 images/s")
    #expect(ProgressBar.duration(3.2) == "4 s")
    #expect(ProgressBar.duration(12_000) == "3 h 20 min")
  }

  @Test func coloursAreNamesHexadecimalOrNumbers() {
    #expect(DecodeFlags.colour("White").map { [$0.0, $0.1, $0.2] } == [255, 255, 255])
    #expect(DecodeFlags.colour("#0a80Ff").map { [$0.0, $0.1, $0.2] } == [10, 128, 255])
    #expect(DecodeFlags.colour("1,2,3").map { [$0.0, $0.1, $0.2] } == [1, 2, 3])
    for wrong in ["#12345", "#+12345", "1,2", "1,2,256", "mauve", ""] {
      #expect(DecodeFlags.colour(wrong) == nil)
    }
  }

  @Test func formatsAreToldByTheName() {
    #expect(OutputFormat(fileName: "a.b/v.NPY") == .npy)
    #expect(OutputFormat(fileName: "x.jsonl") == .jsonl)
    #expect(OutputFormat(fileName: "x.bin") == nil)
    #expect(OutputFormat(fileName: "x") == nil)
  }

  @Test func aReasonDoesNotNameTheInputTwice() {
    #expect(Console.line(name: "a.jpg", reason: "a.jpg: cut") == "a.jpg: cut")
    #expect(Console.line(name: "a.jpg", reason: "cut") == "a.jpg: cut")
  }
}
