/// Random numbers that are the same in every run and on every machine: splitmix64 of a counter
/// (Steele, Lea and Flood 2014).
package struct HashedWeights {
  private var counter: UInt64 = 0

  /// - Parameter position: of the first number in the sequence.
  package init(position: Int = 0) { counter = UInt64(position) }

  /// A sequence of its own for each name (FNV-1a of its UTF-8).
  package init(name: String, position: Int) {
    let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    counter = hash &+ UInt64(position)
  }

  /// Uniform, with the standard deviation 0.02 that transformers are initialised with.
  package mutating func values(_ count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { target, initialized in
      fill(target.baseAddress!, count: count)
      initialized = count
    }
  }

  /// Writes `count` numbers as `values(_:)` gives them.
  package mutating func fill(_ target: UnsafeMutablePointer<Float>, count: Int) {
    // Half the width of a uniform distribution is √3 standard deviations; 24 random bits.
    let unit: Float = 0.034_641 / 0x1p23
    for index in 0..<count {
      var state = (counter &+ UInt64(truncatingIfNeeded: index)) &* 0x9E37_79B9_7F4A_7C15
      state = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ state >> 27) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
      target[index] = Float(Int32(truncatingIfNeeded: state >> 40) - 1 << 23) * unit
    }
    counter &+= UInt64(count)
  }
}
