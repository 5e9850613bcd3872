import VitSystem

/// Just as much of a colour profile (ICC.1) as its name takes.
enum ICCProfile {
  /// The text of the tag `desc`, or `ICC profile` where it has none that can be read.
  static func name(in bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { description($0) } ?? "ICC profile"
  }

  private static func description(_ bytes: UnsafeRawBufferPointer) -> String? {
    func number(_ offset: Int) -> Int? {
      bytes.integer(UInt32.self, at: offset, isBigEndian: true).map(Int.init)
    }
    guard let count = number(128) else { return nil }
    for tag in 0..<min(count, 100) {
      let entry = 132 + 12 * tag
      guard let signature = number(entry), let offset = number(entry + 4) else { return nil }
      // "desc"
      guard signature == 0x6465_7363 else { continue }
      guard let type = number(offset) else { return nil }
      let text: String?
      switch type {
      case 0x6465_7363:  // "desc", of version 2: ASCII
        text = number(offset + 8).flatMap { count in
          slice(bytes, offset + 12, min(count, longest)).map {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
          }
        }
      case 0x6D6C_7563:  // "mluc", of version 4: UTF-16 in several languages, of which the first
        guard let length = number(offset + 20), let place = number(offset + 24) else { return nil }
        text = slice(bytes, offset + place, min(length, longest)).map { units in
          String(
            decoding: stride(from: 0, to: units.count - 1, by: 2).map {
              UInt16(units[units.startIndex + $0]) << 8
                | UInt16(units[units.startIndex + $0 + 1])
            }, as: UTF16.self)
        }
      default: text = nil
      }
      return text.flatMap { $0.isEmpty ? nil : $0 }
    }
    return nil
  }

  /// Bytes of a name that are of use.
  private static let longest = 256

  private static func slice(
    _ bytes: UnsafeRawBufferPointer, _ offset: Int, _ count: Int
  ) -> Slice<UnsafeRawBufferPointer>? {
    guard offset >= 0, count >= 0, offset <= bytes.count - count else { return nil }
    return bytes[offset..<(offset + count)]
  }
}
