#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

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
    string.hashBytes(into: &hasher)
  }
}

/// Of strings as a whole: many thousand comparisons stand before a model's first answer, and what is
/// generic over their kinds takes ten times as long.
extension String {
  /// Whether it has the same bytes; what is canonically equivalent need not.
  package func isExactly(_ other: String) -> Bool {
    utf8.count == other.utf8.count && order(before: other) == 0
  }

  /// The order of bytes, which is also that of Unicode scalars.
  package func precedesExactly(_ other: String) -> Bool { order(before: other) < 0 }

  /// Negative where its bytes come before `other`'s, 0 where they are the same.
  private func order(before other: String) -> Int {
    withBytes { left in
      other.withBytes { right in
        let common = min(left.count, right.count)
        if common > 0, case let order = memcmp(left.baseAddress!, right.baseAddress!, common),
          order != 0
        {
          return Int(order)
        }
        return left.count - right.count
      }
    }
  }

  private func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
    // A bridged string: the same bytes, from a native copy.
    var copy = self
    return copy.withUTF8(body)
  }

  fileprivate func hashBytes(into hasher: inout Hasher) {
    withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
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

extension Sequence<String> {
  /// In the order of their bytes.
  package func sortedExactly() -> [Element] { sorted { $0.precedesExactly($1) } }
}
