extension SystemName {
  /// What follows the last point of a file's name, in small letters; nil where there is none, or one
  /// longer than any that is known.
  package static func ending(of name: String) -> [UInt8]? {
    let last = name.utf8.reversed().prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "/") }
    guard last.count < name.utf8.count, last.count < 10,
      name.utf8.dropLast(last.count).last == UInt8(ascii: ".")
    else { return nil }
    return last.reversed().map(lowercased)
  }

  /// Of ASCII alone.
  package static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }
}
