/// A string that is compared, ordered and hashed by its bytes in UTF-8.
///
/// `String` does so by canonical equivalence: the two spellings of `é` are one key then, and a name of
/// many combining marks takes the square of their number. Names that others chose are keys of this
/// kind.
package struct ExactString: Hashable, Comparable, Sendable {
  package let string: String

  package init(_ string: String) { self.string = string }

  package static func == (left: ExactString, right: ExactString) -> Bool {
    left.string.isExactly(right.string)
  }

  package static func < (left: ExactString, right: ExactString) -> Bool {
    left.string.precedesExactly(right.string)
  }

  package func hash(into hasher: inout Hasher) {
    let isDone: Void? = string.utf8.withContiguousStorageIfAvailable {
      hasher.combine(bytes: UnsafeRawBufferPointer($0))
    }
    if isDone == nil {
      // A bridged string: the same bytes, from a native copy.
      var copy = string
      copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }
}

extension StringProtocol {
  /// Whether it has the same bytes; what is canonically equivalent need not.
  package func isExactly(_ other: some StringProtocol) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }

  /// The order of bytes, which is also that of Unicode scalars.
  package func precedesExactly(_ other: some StringProtocol) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }

  /// Whether its bytes begin with those of `prefix`.
  package func beginsExactly(_ prefix: some StringProtocol) -> Bool {
    utf8.starts(with: prefix.utf8)
  }

  /// Without the bytes of `prefix` where it begins with them, else as it is.
  package func without(beginning prefix: some StringProtocol) -> String {
    guard beginsExactly(prefix) else { return String(self) }
    return String(decoding: utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }

  /// Whether its bytes end with those of `suffix`.
  package func endsExactly(_ suffix: some StringProtocol) -> Bool {
    utf8.count >= suffix.utf8.count
      && utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }
}

extension Sequence where Element: StringProtocol {
  /// In the order of their bytes.
  package func sortedExactly() -> [Element] { sorted { $0.precedesExactly($1) } }
}
