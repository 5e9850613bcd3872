/// A sequence header of AV1 (AV1 Bitstream & Decoding Process Specification, 5.5), of which is kept what its
/// pictures are of.
struct AV1SequenceHeader {
  private var bits: BitReader

  /// Bytes that what is read lies in: 32 operating points of 12 bytes, and less than 64 beside them.
  private static let longest = 448

  /// Nil where it ends early.
  static func configuration(in bytes: some Collection<UInt8>) -> AV1Configuration? {
    var header = AV1SequenceHeader(bits: BitReader(Array(bytes.prefix(longest))))
    // Of a still picture, and without what only others need.
    guard let profile = header.bits.read(3), header.bits.skip(1),
      let isReduced = header.bits.flag(),
      isReduced ? header.bits.skip(5) : header.passOperatingPoints(),
      header.passSize(), header.passTools(isReduced: isReduced)
    else { return nil }
    return header.color(profile: profile)
  }

  private mutating func passOperatingPoints() -> Bool {
    guard let hasTiming = bits.flag() else { return false }
    var delayBits: Int?
    if hasTiming {
      guard bits.skip(64), let isEqual = bits.flag(), !isEqual || passVariableLength(),
        let hasModel = bits.flag()
      else { return false }
      if hasModel {
        guard let length = bits.read(5), bits.skip(32 + 5 + 5) else { return false }
        delayBits = length + 1
      }
    }
    guard let hasDelay = bits.flag(), let count = bits.read(5) else { return false }
    for _ in 0...count {
      guard bits.skip(12), let level = bits.read(5), level <= 7 || bits.skip(1) else {
        return false
      }
      if let delayBits {
        guard let isPresent = bits.flag(), !isPresent || bits.skip(2 * delayBits + 1) else {
          return false
        }
      }
      if hasDelay {
        guard let isPresent = bits.flag(), !isPresent || bits.skip(4) else { return false }
      }
    }
    return true
  }

  /// A number of a variable length (4.10.3).
  private mutating func passVariableLength() -> Bool {
    var zeros = 0
    while let bit = bits.flag() {
      if bit { return zeros >= 32 || bits.skip(zeros) }
      zeros += 1
    }
    return false
  }

  private mutating func passSize() -> Bool {
    guard let across = bits.read(4), let down = bits.read(4) else { return false }
    return bits.skip(across + 1 + down + 1)
  }

  private mutating func passTools(isReduced: Bool) -> Bool {
    if !isReduced {
      guard let hasNumbers = bits.flag(), !hasNumbers || bits.skip(7) else { return false }
    }
    // Large blocks, and intra filters and edges.
    guard bits.skip(3) else { return false }
    if !isReduced {
      guard bits.skip(4), let hasOrderHint = bits.flag(), !hasOrderHint || bits.skip(2),
        let isScreenChosen = bits.flag(), let isScreen = isScreenChosen ? true : bits.flag()
      else { return false }
      if isScreen {
        guard let isChosen = bits.flag(), isChosen || bits.skip(1) else { return false }
      }
      if hasOrderHint { guard bits.skip(3) else { return false } }
    }
    // Super-resolution and the filters behind it.
    return bits.skip(3)
  }

  /// Codes of ITU-T H.273.
  private enum Code {
    static let bt709 = 1
    static let sRGB = 13
    static let identity = 0
  }

  private mutating func color(profile: Int) -> AV1Configuration? {
    guard let isHigh = bits.flag(),
      let isTwelve = profile == 2 && isHigh ? bits.flag() : false,
      let isGray = profile == 1 ? false : bits.flag(), let isTold = bits.flag()
    else { return nil }
    var configuration = AV1Configuration(
      bits: isTwelve ? 12 : isHigh ? 10 : 8, isGray: isGray, isHalvedAcross: isGray,
      isHalvedDown: isGray)
    var codes: [Int] = []
    if isTold {
      for _ in 0..<3 {
        guard let code = bits.read(8) else { return nil }
        codes.append(code)
      }
    }
    guard !isGray, codes != [Code.bt709, Code.sRGB, Code.identity] else { return configuration }
    // The range comes first.
    guard bits.skip(1) else { return nil }
    switch (profile, isTwelve) {
    case (0, _): (configuration.isHalvedAcross, configuration.isHalvedDown) = (true, true)
    case (1, _): break
    case (_, true):
      guard let isHalvedAcross = bits.flag(),
        let isHalvedDown = isHalvedAcross ? bits.flag() : false
      else { return nil }
      (configuration.isHalvedAcross, configuration.isHalvedDown) = (isHalvedAcross, isHalvedDown)
    default: configuration.isHalvedAcross = true
    }
    return configuration
  }
}
