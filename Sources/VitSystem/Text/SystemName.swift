/// Names as the system has them, which are bytes, as text and back.
///
/// What a file system, a list, an archive or the command's arguments name need not be UTF-8: older
/// disks hold Latin-1 and Shift-JIS. As text, each byte that is none of UTF-8 is a pair of noncharacters,
/// U+FDD0 + its high half and U+FDE0 + its low half, which no other text holds; those of them that are
/// there are themselves replaced byte by byte. So every name has a text of its own and comes back from
/// it, and it can be joined to others. Whatever opens a path in this module takes such a text.
package enum SystemName {
  /// The text of a name.
  package static func text(_ bytes: some Collection<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self), !hasPlaceholders(text) { return text }
    var text = String.UnicodeScalarView()
    var rest = bytes[...]
    while let first = rest.first {
      let length = min(rest.count, UTF8.width(beginning: first))
      if let valid = String(validating: rest.prefix(length), as: UTF8.self),
        let scalar = valid.unicodeScalars.first, !isPlaceholder(scalar)
      {
        text.append(scalar)
        rest = rest.dropFirst(length)
      } else {
        text.append(Unicode.Scalar(0xFDD0 + UInt32(first >> 4))!)
        text.append(Unicode.Scalar(0xFDE0 + UInt32(first & 15))!)
        rest = rest.dropFirst()
      }
    }
    return String(text)
  }

  /// The text of what C calls a name.
  package static func text(cString: UnsafePointer<CChar>) -> String {
    if let text = String(validatingCString: cString), !hasPlaceholders(text) { return text }
    var bytes: [UInt8] = []
    var place = cString
    while place.pointee != 0 {
      bytes.append(UInt8(bitPattern: place.pointee))
      place += 1
    }
    return text(bytes)
  }

  /// The name that has this text.
  package static func bytes(_ text: String) -> [UInt8] {
    guard hasPlaceholders(text) else { return Array(text.utf8) }
    var bytes: [UInt8] = []
    var high: UInt8?
    for scalar in text.unicodeScalars {
      if let half = high, (0xFDE0...0xFDEF).contains(scalar.value) {
        bytes.append(half << 4 | UInt8(scalar.value - 0xFDE0))
        high = nil
        continue
      }
      if let half = high { bytes += UTF8.encode(Unicode.Scalar(0xFDD0 + UInt32(half))!)! }
      high = (0xFDD0...0xFDDF).contains(scalar.value) ? UInt8(scalar.value - 0xFDD0) : nil
      if high == nil { bytes += UTF8.encode(scalar)! }
    }
    if let half = high { bytes += UTF8.encode(Unicode.Scalar(0xFDD0 + UInt32(half))!)! }
    return bytes
  }

  /// The name where it is UTF-8, else nil.
  package static func unicode(_ text: String) -> String? {
    hasPlaceholders(text) ? String(validating: bytes(text), as: UTF8.self) : text
  }

  /// As it can be shown where only UTF-8 can stand: what is none as U+FFFD.
  package static func repaired(_ text: String) -> String {
    hasPlaceholders(text) ? String(decoding: bytes(text), as: UTF8.self) : text
  }

  /// Whether the name of the first text comes before that of the second in the order of bytes.
  package static func precedes(_ left: String, _ right: String) -> Bool {
    if hasPlaceholders(left) || hasPlaceholders(right) {
      return bytes(left).lexicographicallyPrecedes(bytes(right))
    }
    return left.precedesExactly(right)
  }

  /// U+FDD0 to U+FDEF are EF B7 90 to EF B7 AF.
  private static func hasPlaceholders(_ text: String) -> Bool {
    let first: UInt8 = 0xEF
    guard text.utf8.contains(first) else { return false }
    return text.unicodeScalars.contains(where: isPlaceholder)
  }

  /// Whether two scalars stand for a byte.
  package static func isByte(_ high: Unicode.Scalar, _ low: Unicode.Scalar) -> Bool {
    (0xFDD0...0xFDDF).contains(high.value) && (0xFDE0...0xFDEF).contains(low.value)
  }

  private static func isPlaceholder(_ scalar: Unicode.Scalar) -> Bool {
    (0xFDD0...0xFDEF).contains(scalar.value)
  }
}

extension UTF8 {
  /// Bytes of a character that begins so; 1 where none does.
  fileprivate static func width(beginning byte: UInt8) -> Int {
    switch byte {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
  }
}

extension String {
  /// Calls `body` with the name of this text, ended by a NUL, as the system takes it.
  func withSystemName<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    try (SystemName.bytes(self) + [0]).withUnsafeBufferPointer { name in
      try name.withMemoryRebound(to: CChar.self) { try body($0.baseAddress!) }
    }
  }
}
