import Testing

@testable import vit

@Suite struct JSONTextTests {
  @Test func jsonEscapesAndHasNoInfinities() {
    #expect(JSONText.string("a\"\\\n\u{1}ä").text == #""a\"\\\n\u0001ä""#)
    #expect(JSONText.number(Float.nan).text == "null")
    #expect(JSONText.number(Float(0.1)).text == "0.1")
    #expect(JSONText.object([("a", .array([.number(1), .null]))]).text == #"{"a": [1, null]}"#)
  }
}
