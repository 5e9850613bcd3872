/// Bits one after the other, the highest of a byte first.
struct BitReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func skip(_ count: Int) -> Bool {
    position += count
    return position <= bytes.count * 8
  }

  /// A bit, as a yes or no.
  mutating func flag() -> Bool? { read(1).map { $0 == 1 } }

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

  /// An Exp-Golomb code (ITU-T H.265, 9.2).
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
