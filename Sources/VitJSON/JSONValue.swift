/// A JSON value. Numbers that are whole and fit are kept exactly.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  package var isNull: Bool { self == .null }

  package var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// A whole number that fits `Int`, whether it was written `3` or `3.0`.
  package var int: Int? {
    guard case .number(let number) = self else { return nil }
    switch number {
    case .integer(let value): return Int(exactly: value)
    case .double(let value): return Int(exactly: value)
    }
  }

  package var double: Double? {
    guard case .number(let number) = self else { return nil }
    switch number {
    case .integer(let value): return Double(value)
    case .double(let value): return value
    }
  }

  package var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var array: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  package var object: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The value of an object's key; nil where there is none, or this is no object.
  package subscript(key: String) -> JSONValue? { object?[key] }
}

package enum JSONNumber: Sendable, Equatable {
  case integer(Int64)
  case double(Double)
}

/// The members of an object in the order of the text.
package struct JSONObject: Sendable, Equatable, Sequence, ExpressibleByDictionaryLiteral {
  package let members: [(key: String, value: JSONValue)]
  /// Of keys to places in `members`; only objects of many members are worth one.
  private let index: [JSONKey: Int]?

  private static let smallest = 12

  /// Of members with the same key the last counts.
  package init(_ members: [(key: String, value: JSONValue)]) {
    self.members = members
    index =
      members.count < Self.smallest
      ? nil
      : Dictionary(
        members.enumerated().lazy.map { (JSONKey($1.key), $0) },
        uniquingKeysWith: { _, last in last })
  }

  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(elements.map { (key: $0, value: $1) })
  }

  package var count: Int { members.count }
  package var keys: [String] { members.map(\.key) }

  package subscript(key: String) -> JSONValue? {
    if let index { return index[JSONKey(key)].map { members[$0].value } }
    return members.last { JSONKey($0.key) == JSONKey(key) }?.value
  }

  package func makeIterator() -> IndexingIterator<[(key: String, value: JSONValue)]> {
    members.makeIterator()
  }

  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members.elementsEqual(right.members) {
      JSONKey($0.key) == JSONKey($1.key) && $0.value == $1.value
    }
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { (key: $0, value: $1) }))
  }
}
