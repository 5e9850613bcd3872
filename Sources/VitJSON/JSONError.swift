import VitSystem

/// What is wrong with a JSON text.
package struct JSONError: PartedError, Equatable {
  /// The file, as the user named it.
  package let name: String
  /// Bytes from the start of the text.
  package let offset: Int
  package let reason: String

  package init(name: String, offset: Int, reason: String) {
    self.name = name
    self.offset = offset
    self.reason = reason
  }

  package var parts: ErrorParts {
    ErrorParts(
      name, "not valid JSON at byte \(offset): \(reason)",
      remedy: "the file may be damaged, get it again")
  }
}

/// What a text from a stranger may ask for.
package struct JSONLimits: Sendable {
  package var bytes: Int
  /// Of arrays and objects within each other.
  package var depth: Int
  /// Values, in all.
  package var values: Int
  /// Whether an object may have a key twice; the last one counts then.
  package var allowsDuplicateKeys: Bool

  package init(
    bytes: Int = 256 << 20, depth: Int = 64, values: Int = 8_000_000,
    allowsDuplicateKeys: Bool = false
  ) {
    self.bytes = bytes
    self.depth = depth
    self.values = values
    self.allowsDuplicateKeys = allowsDuplicateKeys
  }
}
