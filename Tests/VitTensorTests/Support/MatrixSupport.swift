import CKernels

@testable import VitTensor

/// A small generator with a fixed sequence (Steele et al., SplitMix64), so that tests repeat.
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Uniform in -scale..<scale.
  mutating func floats(_ count: Int, scale: Float = 1) -> [Float] {
    (0..<count).map { _ in (Float(next() >> 40) * 0x1p-23 - 1) * scale }
  }
}

func name(of kernels: UnsafePointer<vit_kernels>) -> String {
  String(cString: kernels.pointee.name)
}

/// To nearest even; NaN stays NaN.
func bfloat16Bits(_ x: Float) -> UInt16 {
  let bits = x.bitPattern
  if x.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
  return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ ((bits >> 16) & 1)) >> 16)
}

func roundedToBFloat16(_ x: Float) -> Float {
  Float(bitPattern: UInt32(bfloat16Bits(x)) << 16)
}

extension Linear {
  func callAsFunction(
    _ input: [Float], rows: Int, activation: Activation = .identity, residual: [Float]? = nil
  ) -> [Float] {
    var output = [Float](repeating: .infinity, count: rows * outputSize)
    output.withUnsafeMutableBufferPointer { output in
      guard let base = output.baseAddress else { return }
      if let residual {
        apply(input, rows: rows, to: base, activation: activation, residual: residual)
      } else {
        apply(input, rows: rows, to: base, activation: activation)
      }
    }
    return output
  }
}
