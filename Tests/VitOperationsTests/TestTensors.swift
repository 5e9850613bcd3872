import VitOperations

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

  /// Elements uniform in -1..<1.
  mutating func tensor(_ shape: [Int]) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor((0..<count).map { _ in Float(next() >> 40) * 0x1p-23 - 1 }, shape: shape)
  }
}

extension Tensor {
  /// The elements in double precision, in row-major order.
  var doubles: [Double] { values.map { Double($0) } }

  /// The largest difference from the elements of a result in double precision; infinite where
  /// there are not as many, or one is not a number.
  func worstDifference(from expected: [Double]) -> Double {
    guard expected.count == count else { return .infinity }
    return zip(doubles, expected).reduce(0) { worst, pair in
      let difference = abs(pair.0 - pair.1)
      return difference.isNaN ? .infinity : max(worst, difference)
    }
  }
}

/// x Wᵀ + b in double precision, of row-major matrices.
func linearInDouble(
  _ x: [Double], _ weight: [Double], _ bias: [Double]?, inputs: Int, outputs: Int
) -> [Double] {
  (0..<x.count / inputs * outputs).map { index in
    let (row, output) = index.quotientAndRemainder(dividingBy: outputs)
    return (0..<inputs).reduce(bias?[output] ?? 0) { sum, input in
      sum + x[row * inputs + input] * weight[output * inputs + input]
    }
  }
}

/// ∂f/∂xᵢ for every i by central differences, (f(x + h eᵢ) - f(x - h eᵢ)) / 2h, with an error of
/// order h² + 2⁻⁵³ f/h.
func centralDifferences(_ x: [Double], _ f: ([Double]) -> Double) -> [Double] {
  let step = 0x1p-18
  return x.indices.map { index in
    var above = x
    var below = x
    above[index] += step
    below[index] -= step
    return (f(above) - f(below)) / (2 * step)
  }
}
