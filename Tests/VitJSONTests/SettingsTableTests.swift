import Testing
import VitJSON

@Suite struct SettingsTableTests {
  private let table = SettingsTable(
    obeyed: ["size"], harmless: ["name"], fixed: ["depth": [1, "one"], "flag": [false]],
    allowsUnknownOff: true)

  private func refusal(_ text: String, _ table: SettingsTable) throws -> SettingsTable.Refusal? {
    do throws(SettingsTable.Refusal) {
      try table.check(try! JSONValue.parse(text, name: "t"))
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    "{}", "[]", #"{"size": 3, "name": [1]}"#, #"{"unknown": null}"#, #"{"depth": 1.0}"#,
    #"{"depth": "one", "flag": false}"#, #"{"a": false, "b": 0, "c": "", "d": [], "e": {}}"#,
    #"{"_private": 3}"#,
  ])
  func whatChangesNothingPasses(_ text: String) throws {
    #expect(try refusal(text, table) == nil)
  }

  @Test(arguments: [
    (#"{"other": true}"#, "other", "is true, a setting that is not known here"),
    (#"{"depth": 2}"#, "depth", #"is 2; supported is only 1 or "one""#),
    (#"{"flag": true}"#, "flag", "is true; supported is only false"),
  ])
  func whatCouldChangeAResultIsNamed(_ text: String, _ key: String, _ reason: String) throws {
    let refusal = try #require(try refusal(text, table))
    #expect(refusal.key == key && refusal.reason.hasPrefix(reason))
  }

  @Test func aTableMayKnowAllKeysThatThereAre() throws {
    let strict = SettingsTable(obeyed: ["size"])
    #expect(try refusal(#"{"other": false}"#, strict)?.key == "other")
    #expect(try refusal(#"{"other": null}"#, strict) == nil)
  }

  /// Such a key takes `String` minutes to hash, were it looked up.
  @Test func strangersKeysTakeNoTime() throws {
    let marks = String(repeating: "\u{315}\u{300}", count: 200_000)
    let settings = JSONValue.object(JSONObject([(key: "a\(marks)", value: 1)]))
    let unknown = #expect(throws: SettingsTable.Refusal.self) { try table.check(settings) }
    #expect(try #require(unknown).key.unicodeScalars.count <= 64)
    // A value is told by its beginning.
    let long = try #require(
      try self.refusal("{\"x\": \"\(String(repeating: "y", count: 1000))\"}", table))
    #expect(long.reason.utf8.count < 300)
  }
}
