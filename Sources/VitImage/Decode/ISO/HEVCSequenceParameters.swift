/// Of a sequence parameter set (ITU-T H.265, 7.3.2.2), the size of the pictures and their kind.
struct HEVCSequenceParameters {
  let width: Int
  let height: Int
  /// 0 for gray, 1 for 4:2:0, 2 for 4:2:2, 3 for 4:4:4.
  let chromaFormat: Int
  /// Of a sample, those of luma or chroma, whichever are more.
  let bits: Int

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
    guard bits.exponential() != nil, let chroma = bits.exponential(), chroma <= 3 else {
      return nil
    }
    if chroma == 3 { guard bits.skip(1) else { return nil } }
    guard let width = bits.exponential(), let height = bits.exponential(),
      width < 1 << 31, height < 1 << 31
    else { return nil }
    // The window that is shown.
    guard let hasWindow = bits.read(1) else { return nil }
    for _ in 0..<(hasWindow == 1 ? 4 : 0) {
      guard bits.exponential() != nil else { return nil }
    }
    guard let luma = bits.exponential(), let color = bits.exponential(), max(luma, color) <= 8
    else { return nil }
    (self.width, self.height) = (width, height)
    (chromaFormat, self.bits) = (chroma, 8 + max(luma, color))
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
