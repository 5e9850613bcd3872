/// A JSON value. Numbers that are whole and fit are kept exactly.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  package var isNull: Bool { if case .null = self { true } else { false } }

  /// Strings are compared by their bytes.
  package static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): JSONKeyIndex.isSame(left, right)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }

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
  /// Only objects of many members are worth one.
  private let index: JSONKeyIndex?

  private static let smallest = 12

  /// Of members with the same key the last counts.
  package init(_ members: [(key: String, value: JSONValue)]) {
    self.members = members
    var duplicate = 0
    index =
      members.count < Self.smallest
      ? nil : JSONKeyIndex(members, allowsDuplicateKeys: true, duplicate: &duplicate)
  }

  /// Nil, and in `duplicate` the place of the second, where a key occurs twice.
  init?(unique members: [(key: String, value: JSONValue)], duplicate: inout Int) {
    self.members = members
    guard members.count >= Self.smallest else {
      index = nil
      for place in members.indices.dropFirst() {
        let key = members[place].key
        guard !members[..<place].contains(where: { JSONKeyIndex.isSame($0.key, key) }) else {
          duplicate = place
          return nil
        }
      }
      return
    }
    index = JSONKeyIndex(members, allowsDuplicateKeys: false, duplicate: &duplicate)
    if index == nil { return nil }
  }

  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(elements.map { (key: $0, value: $1) })
  }

  package var count: Int { members.count }
  package var keys: [String] { members.map(\.key) }

  package subscript(key: String) -> JSONValue? {
    if let index { return index.find(key, in: members).map { members[$0].value } }
    return members.last { JSONKeyIndex.isSame($0.key, key) }?.value
  }

  package func makeIterator() -> IndexingIterator<[(key: String, value: JSONValue)]> {
    members.makeIterator()
  }

  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members.elementsEqual(right.members) {
      JSONKeyIndex.isSame($0.key, $1.key) && $0.value == $1.value
    }
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { (key: $0, value: $1) }))
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int64) { self = .number(.integer(value)) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
}
