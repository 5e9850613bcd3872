/// What AV1 data is of: as the property `av1C` tells (AV1 Codec ISO Media File Format Binding, 2.3), or the
/// data itself.
struct AV1Configuration: Equatable {
  var bits: Int
  var isGray: Bool
  /// Whether chroma is halved.
  var isHalvedAcross: Bool
  var isHalvedDown: Bool

  /// - Parameter bytes: the property's.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 3 else { return nil }
    let flags = bytes[2]
    bits = flags & 0x40 == 0 ? 8 : flags & 0x20 == 0 ? 10 : 12
    isGray = flags & 0x10 != 0
    isHalvedAcross = flags & 8 != 0
    isHalvedDown = flags & 4 != 0
  }

  init(bits: Int, isGray: Bool, isHalvedAcross: Bool, isHalvedDown: Bool) {
    self.bits = bits
    self.isGray = isGray
    self.isHalvedAcross = isHalvedAcross
    self.isHalvedDown = isHalvedDown
  }

  /// Samples of two pixels.
  var samplesOfTwo: Int {
    if isGray { return 2 }
    return isHalvedDown ? 3 : isHalvedAcross ? 4 : 6
  }
}
