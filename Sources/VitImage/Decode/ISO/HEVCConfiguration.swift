/// What a decoder of HEVC is told before the first picture: the property `hvcC` (ISO/IEC 14496-15, 8.3.2).
struct HEVCConfiguration {
  /// 0 for gray, 1 for 4:2:0, 2 for 4:2:2, 3 for 4:4:4: what it tells, or more where it announces that.
  let chromaFormat: Int
  /// Of a sample, the most.
  let bits: Int
  /// The highest width times height of a coded picture that it announces; 0 where it announces none.
  let largestPicture: Int
  /// Bytes of the length before each unit of the image data.
  let lengthSize: Int

  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 23 else { return nil }
    var chromaFormat = Int(bytes[16] & 3)
    var bits = max(Int(bytes[17] & 7), Int(bytes[18] & 7)) + 8
    lengthSize = Int(bytes[21] & 3) + 1
    var reader = BigEndianReader(Array(bytes[22...]))
    var largest = 0
    let arrays = reader.integer(1) ?? 0
    units: for _ in 0..<arrays {
      guard reader.integer(1) != nil, let count = reader.integer(2) else { break }
      for _ in 0..<count {
        guard let size = reader.integer(2), size <= reader.remaining else { break units }
        let unit = reader.bytes[reader.position..<(reader.position + size)]
        _ = reader.skip(size)
        guard let parameters = HEVCSequenceParameters(unit) else { continue }
        largest = max(largest, parameters.area)
        chromaFormat = max(chromaFormat, parameters.chromaFormat)
        bits = max(bits, parameters.bits)
      }
    }
    largestPicture = largest
    (self.chromaFormat, self.bits) = (chromaFormat, bits)
  }

  /// Samples of two pixels.
  static func samplesOfTwo(_ chromaFormat: Int) -> Int {
    switch chromaFormat {
    case 0: 2
    case 1: 3
    case 2: 4
    default: 6
    }
  }
}
