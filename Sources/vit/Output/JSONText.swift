import VitJSON
import VitKit
import VitSystem

/// A piece of compact JSON text, built as it is written, so that results can stream and no tree of
/// them is held.
struct JSONText {
  let text: String

  private init(_ text: String) { self.text = text }

  static let null = JSONText("null")

  static func string(_ value: String) -> JSONText {
    JSONText(JSONValue.string(value).serialized())
  }

  static func string(_ value: String?) -> JSONText { value.map { .string($0) } ?? .null }

  /// The members that name an input, as `JSONValue.input` has them.
  static func input(_ name: String) -> [(String, JSONText)] { Self.name(name, key: "input") }

  /// As `input`, of a name called `key`.
  static func name(_ name: String, key: String) -> [(String, JSONText)] {
    JSONValue.name(name, key: key).map { ($0.key, JSONText($0.value.serialized())) }
  }

  /// Names in an array called `key`, as `JSONValue.names` has them.
  static func names(_ names: [String], key: String) -> [(String, JSONText)] {
    JSONValue.names(names, key: key).map { ($0.key, JSONText($0.value.serialized())) }
  }

  static func number(_ value: Int) -> JSONText { JSONText("\(value)") }

  static func number(_ value: Int?) -> JSONText { value.map { .number($0) } ?? .null }

  /// The shortest digits that read back as the same value; JSON has no infinities, so those and
  /// NaN are null.
  static func number(_ value: Float) -> JSONText { value.isFinite ? JSONText("\(value)") : .null }

  static func number(_ value: Double) -> JSONText { value.isFinite ? JSONText("\(value)") : .null }

  static func bool(_ value: Bool) -> JSONText { JSONText(value ? "true" : "false") }

  static func array(_ elements: some Sequence<JSONText>) -> JSONText {
    JSONText("[" + elements.lazy.map(\.text).joined(separator: ", ") + "]")
  }

  static func numbers(_ values: some Sequence<Float>) -> JSONText {
    .array(values.map { .number($0) })
  }

  static func strings(_ values: some Sequence<String>) -> JSONText {
    .array(values.map { .string($0) })
  }

  /// Members in the order given.
  static func object(_ members: [(String, JSONText)]) -> JSONText {
    JSONText(
      "{"
        + members.map { "\(JSONText.string($0.0).text): \($0.1.text)" }.joined(separator: ", ")
        + "}")
  }
}
