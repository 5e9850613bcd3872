/// What a decoder of HEVC is told before the first picture: the property `hvcC` (ISO/IEC 14496-15, 8.3.2).
struct HEVCConfiguration {
  /// 0 for gray, 1 for 4:2:0, 2 for 4:2:2, 3 for 4:4:4.
  let chromaFormat: Int
  let lumaBits: Int
  /// The highest width times height of a coded picture that it announces; 0 where it announces none.
  let largestPicture: Int
  /// Bytes of the length before each unit of the image data.
  let lengthSize: Int

  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 23 else { return nil }
    chromaFormat = Int(bytes[16] & 3)
    lumaBits = Int(bytes[17] & 7) + 8
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
        if let picture = HEVCSequenceParameters(unit) { largest = max(largest, picture.area) }
      }
    }
    largestPicture = largest
  }
}

/// Of a sequence parameter set (ITU-T H.265, 7.3.2.2), the size of the pictures.
struct HEVCSequenceParameters {
  let width: Int
  let height: Int

  /// Sides are below 2 to the power of 31.
  var area: Int { width * height }

  private static let unitType = 33
  /// Bytes that the size lies in; profiles of six layers come before it.
  private static let longest = 256

  /// Nil where the unit is another one, or damaged.
  init?(_ unit: some Collection<UInt8>) {
    guard unit.count > 2, let first = unit.first, Int(first >> 1 & 0x3F) == Self.unitType else {
      return nil
    }
    var bits = BitReader(Self.withoutEmulation(unit.dropFirst(2).prefix(Self.longest)))
    guard bits.skip(4), let layers = bits.read(3), bits.skip(1), bits.skip(96) else { return nil }
    var flags: [Int] = []
    for _ in 0..<layers {
      guard let flag = bits.read(2) else { return nil }
      flags.append(flag)
    }
    if layers > 0 { guard bits.skip(2 * (8 - layers)) else { return nil } }
    for flag in flags {
      guard bits.skip((flag & 2 != 0 ? 88 : 0) + (flag & 1 != 0 ? 8 : 0)) else { return nil }
    }
    guard bits.exponential() != nil, let chroma = bits.exponential() else { return nil }
    if chroma == 3 { guard bits.skip(1) else { return nil } }
    guard let width = bits.exponential(), let height = bits.exponential(),
      width < 1 << 31, height < 1 << 31
    else { return nil }
    (self.width, self.height) = (width, height)
  }

  /// A 3 behind two zeros only keeps a start code from being seen (7.4.2).
  private static func withoutEmulation(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var zeros = 0
    for byte in bytes {
      if zeros >= 2, byte == 3 {
        zeros = 0
        continue
      }
      zeros = byte == 0 ? zeros + 1 : 0
      result.append(byte)
    }
    return result
  }
}

/// Bits one after the other, the highest of a byte first.
private struct BitReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func skip(_ count: Int) -> Bool {
    position += count
    return position <= bytes.count * 8
  }

  /// Up to 32 bits.
  mutating func read(_ count: Int) -> Int? {
    guard position + count <= bytes.count * 8 else { return nil }
    var value = 0
    for _ in 0..<count {
      value = value << 1 | Int(bytes[position >> 3] >> (7 - position & 7) & 1)
      position += 1
    }
    return value
  }

  /// An Exp-Golomb code (9.2).
  mutating func exponential() -> Int? {
    var zeros = 0
    while true {
      guard let bit = read(1) else { return nil }
      if bit == 1 { break }
      zeros += 1
      guard zeros <= 32 else { return nil }
    }
    return read(zeros).map { (1 << zeros) - 1 + $0 }
  }
}
