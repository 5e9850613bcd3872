/// The orientation in an XMP packet, which counts where EXIF data has none.
enum XMP {
  private static let key = Array("tiff:Orientation".utf8)

  /// The digit after the first `tiff:Orientation="` or `tiff:Orientation>`, as Pillow finds it.
  static func orientation(in bytes: UnsafeRawBufferPointer) -> Int? {
    var position = 0
    while let start = bytes.firstRange(of: key, from: position) {
      position = start + key.count
      var value = position
      if value + 1 < bytes.count, bytes[value] == UInt8(ascii: "="),
        bytes[value + 1] == UInt8(ascii: "\"")
      {
        value += 2
      } else if value < bytes.count, bytes[value] == UInt8(ascii: ">") {
        value += 1
      } else {
        continue
      }
      if value < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[value]) {
        return Int(bytes[value] - UInt8(ascii: "0"))
      }
    }
    return nil
  }
}

extension UnsafeRawBufferPointer {
  /// The start of the first occurrence of `pattern` at or after `position`.
  fileprivate func firstRange(of pattern: [UInt8], from position: Int) -> Int? {
    guard count - position >= pattern.count, let first = pattern.first else { return nil }
    for start in position...(count - pattern.count)
    where self[start] == first && self[start...].starts(with: pattern) {
      return start
    }
    return nil
  }
}
