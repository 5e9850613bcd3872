/// What the units of a coded image's data announce (ITU-T H.265, 7.3.1), each behind its length
/// (ISO/IEC 14496-15).
struct HEVCData {
  /// The highest of all sets of parameters; 0 without one.
  private(set) var largestPicture = 0
  private(set) var chromaFormat = 0
  private(set) var bits = 0
  /// Pictures of the lowest layer.
  private(set) var pictureCount = 0

  /// - Parameter lengthSize: bytes of a length.
  init<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes, _ lengthSize: Int)
  where Bytes.Index == Int {
    var position = bytes.startIndex
    while position <= bytes.endIndex - lengthSize {
      var size = 0
      for _ in 0..<lengthSize {
        size = size << 8 | Int(bytes[position])
        position += 1
      }
      guard size <= bytes.endIndex - position else { break }
      take(bytes[position..<(position + size)])
      position += size
    }
  }

  private mutating func take<Bytes: RandomAccessCollection<UInt8>>(_ unit: Bytes)
  where Bytes.Index == Int {
    guard unit.count > 2 else { return }
    let head = Int(unit[unit.startIndex]) << 8 | Int(unit[unit.startIndex + 1])
    // Slices are of the types below 32; the first of a picture begins with a bit that says so.
    if head >> 9 & 0x3F < 32 {
      let isFirst = unit[unit.startIndex + 2] & 0x80 != 0
      if head >> 3 & 0x3F == 0, isFirst { pictureCount += 1 }
    } else if let parameters = HEVCSequenceParameters(unit) {
      largestPicture = max(largestPicture, parameters.area)
      chromaFormat = max(chromaFormat, parameters.chromaFormat)
      bits = max(bits, parameters.bits)
    }
  }
}
