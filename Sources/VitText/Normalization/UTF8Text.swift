/// Between bytes and scalar values.
enum UTF8Text {
  /// The scalar values of UTF-8; each maximal broken part becomes U+FFFD, as in Swift and Python.
  static func scalars(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(bytes.count)
    var iterator = bytes.makeIterator()
    var decoder = UTF8()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): result.append(scalar.value)
      case .error: result.append(0xFFFD)
      case .emptyInput: return result
      }
    }
  }

  /// Appends the UTF-8 of scalar values.
  static func append(_ text: some Sequence<UInt32>, to bytes: inout [UInt8]) {
    for scalar in text {
      switch scalar {
      case ..<0x80:
        bytes.append(UInt8(scalar))
      case ..<0x800:
        bytes.append(0xC0 | UInt8(scalar >> 6))
        bytes.append(0x80 | UInt8(scalar & 63))
      case ..<0x10000:
        bytes.append(0xE0 | UInt8(scalar >> 12))
        bytes.append(0x80 | UInt8(scalar >> 6 & 63))
        bytes.append(0x80 | UInt8(scalar & 63))
      default:
        bytes.append(0xF0 | UInt8(scalar >> 18))
        bytes.append(0x80 | UInt8(scalar >> 12 & 63))
        bytes.append(0x80 | UInt8(scalar >> 6 & 63))
        bytes.append(0x80 | UInt8(scalar & 63))
      }
    }
  }

  /// The scalar value at `index` of valid UTF-8, and its length in bytes.
  @inline(__always)
  static func scalar(
    in bytes: UnsafeBufferPointer<UInt8>, at index: Int
  ) -> (value: UInt32, length: Int) {
    let first = UInt32(bytes[index])
    func next(_ offset: Int) -> UInt32 { UInt32(bytes[index + offset]) & 63 }
    if first < 0x80 { return (first, 1) }
    if first < 0xE0 { return ((first & 31) << 6 | next(1), 2) }
    if first < 0xF0 { return ((first & 15) << 12 | next(1) << 6 | next(2), 3) }
    return ((first & 7) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4)
  }
}
