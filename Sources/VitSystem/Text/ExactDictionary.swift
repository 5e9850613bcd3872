/// Values by names that others chose, which are compared by their bytes (`ExactString`).
package struct ExactDictionary<Value> {
  private var members: [ExactString: Value] = [:]

  package init() {}

  /// Of names that occur twice the last counts.
  package init(_ pairs: some Sequence<(String, Value)>) {
    for (key, value) in pairs { self[key] = value }
  }

  package subscript(key: String) -> Value? {
    get { members[ExactString(key)] }
    set { members[ExactString(key)] = newValue }
  }

  package var count: Int { members.count }
  package var isEmpty: Bool { members.isEmpty }
  package var keys: [String] { members.keys.map(\.string) }
  package var values: some Collection<Value> { members.values }

  package func mapValues<Other>(_ transform: (Value) throws -> Other) rethrows
    -> ExactDictionary<Other>
  {
    var result = ExactDictionary<Other>()
    result.members = try members.mapValues(transform)
    return result
  }

  /// Both together; of a name that both have, `other`'s value counts.
  package func overridden(by other: ExactDictionary) -> ExactDictionary {
    var result = self
    result.members.merge(other.members) { $1 }
    return result
  }

  /// In the order of the names' bytes.
  package var inOrder: [(key: String, value: Value)] {
    members.sorted { $0.key < $1.key }.map { ($0.key.string, $0.value) }
  }
}

extension ExactDictionary: Sequence {
  package func makeIterator() -> AnyIterator<(key: String, value: Value)> {
    var iterator = members.makeIterator()
    return AnyIterator { iterator.next().map { ($0.key.string, $0.value) } }
  }
}

extension ExactDictionary: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}

extension ExactDictionary: Sendable where Value: Sendable {}
extension ExactDictionary: Equatable where Value: Equatable {}
