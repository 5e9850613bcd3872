@testable import VitImage

/// The same noise as `noise` in `scripts/reference/make_preprocessing_goldens.py`.
enum Noise {
  static func image(width: Int, height: Int, seed: Int, extreme: Bool = false) throws -> Image {
    let offset = UInt64(seed) &* 0x51ED_2701
    let pixels = (0..<(width * height * 3)).map { index -> UInt8 in
      var x = UInt32(truncatingIfNeeded: UInt64(index) &+ offset) &* 0x9E37_79B1
      x ^= x >> 15
      x = x &* 0x85EB_CA77
      x ^= x >> 13
      x = x &* 0xC2B2_AE3D
      x ^= x >> 16
      return extreme ? (x & 1 == 1 ? 255 : 0) : UInt8(x & 0xFF)
    }
    return try Image(width: width, height: height, pixels: pixels)
  }
}
