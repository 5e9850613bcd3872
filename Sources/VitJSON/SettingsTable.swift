import VitSystem

/// The keys that an object of settings may hold: those that are obeyed, and those that cannot change a
/// result. Any other is a setting that would be passed over, and is told by name.
///
/// A key with `null` is as one that is absent, as in the references.
package struct SettingsTable: Sendable {
  /// Read and followed by who reads the object.
  package let obeyed: Set<String>
  /// Names, dates, training: no value changes what inference computes.
  package let harmless: Set<String>
  /// Understood with these values alone.
  package let fixed: [String: [JSONValue]]
  /// Whether a key that nobody knows may say that something is off: the reference reads it nowhere,
  /// so that `false`, 0 and what is empty changes nothing.
  package let allowsUnknownOff: Bool

  package init(
    obeyed: Set<String>, harmless: Set<String> = [], fixed: [String: [JSONValue]] = [:],
    allowsUnknownOff: Bool = false
  ) {
    self.obeyed = obeyed
    self.harmless = harmless
    self.fixed = fixed
    self.allowsUnknownOff = allowsUnknownOff
  }

  /// What an object says that is not followed here.
  package struct Refusal: Error, Equatable {
    package let key: String
    /// Continues the key: "is 3, which …; do this".
    package let reason: String
  }

  /// - Throws: for the first setting that is neither obeyed nor without effect.
  package func check(_ settings: JSONValue) throws(Refusal) {
    for (key, value) in settings.object?.members ?? [] where !value.isNull {
      guard Self.canBeKnown(key) else { throw unknown(key, value) }
      if obeyed.contains(key) || harmless.contains(key) { continue }
      if let values = fixed[key] {
        guard values.contains(where: { $0.isSame(as: value) }) else {
          throw Refusal(
            key: key,
            reason: "is \(value.excerpt); supported is only "
              + values.map(\.excerpt).joined(separator: " or "))
        }
        continue
      }
      if allowsUnknownOff, key.utf8.first == UInt8(ascii: "_") || value.isOff { continue }
      throw unknown(key, value)
    }
  }

  /// Strangers' keys are hashed only where they could be one of the table's: `String` hashes by
  /// canonical equivalence, which takes long for some.
  private static func canBeKnown(_ key: String) -> Bool {
    key.utf8.count <= 64 && key.utf8.allSatisfy { $0 < 0x80 }
  }

  private func unknown(_ key: String, _ value: JSONValue) -> Refusal {
    Refusal(
      key: printable(key, limit: 64),
      reason: "is \(value.excerpt), a setting that is not known here and could change the result; "
        + "take it out of the file if it is only a note, else use the model where it is known")
  }
}

extension JSONValue {
  /// The beginning of its JSON text, for messages.
  package var excerpt: String {
    let text = printable(serialized(), limit: 60)
    return text.unicodeScalars.count < 60 ? text : "\(text)…"
  }

  /// By the text: `String` takes other spellings of a letter for the same; and 1 is 1.0.
  fileprivate func isSame(as other: JSONValue) -> Bool {
    if let number = double { return number == other.double }
    return serialized().isExactly(other.serialized())
  }

  fileprivate var isOff: Bool {
    switch self {
    case .null: true
    case .bool(let value): !value
    case .number: double == 0
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    case .object(let object): object.count == 0
    }
  }
}
