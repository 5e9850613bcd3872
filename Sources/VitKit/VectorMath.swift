import VitModel
import VitSystem

/// Σ aᵢbᵢ over the numbers that both have; of vectors of length 1 the cosine. It is summed in one order
/// that does not depend on which comes first, so that a matrix of vectors with themselves is symmetric.
func dotProduct(_ first: [Float], _ second: [Float]) -> Float {
  first.withUnsafeBufferPointer { first in
    second.withUnsafeBufferPointer { second in
      let count = min(first.count, second.count)
      return count == 0 ? 0 : dotProduct(first.baseAddress!, second.baseAddress!, count: count)
    }
  }
}

/// Σ aᵢbᵢ of `count` numbers, in sixteen sums: an addition need not wait for the one before it, and a
/// search through a million vectors is as fast as memory delivers them.
func dotProduct(
  _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, count: Int
) -> Float {
  var sums = SIMD16<Float>(repeating: 0)
  let (left, right) = (UnsafeRawPointer(first), UnsafeRawPointer(second))
  let whole = count / 16 * 16
  for index in stride(from: 0, to: whole, by: 16) {
    sums +=
      left.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
      * right.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
  }
  var sum = sums.sum()
  for index in whole..<count { sum += first[index] * second[index] }
  return sum
}

/// exp(sᵢ − max s) / Σⱼ exp(sⱼ − max s): the softmax, which sums to 1. Without the largest score taken
/// off, scores above 709 would overflow.
package func softmax(_ scores: [Float]) -> [Float] {
  let highest = scores.max() ?? 0
  let powers = scores.map { exponential(Double($0 - highest)) }
  let sum = powers.reduce(0, +)
  return powers.map { Float($0 / sum) }
}

/// 1 / (1 + exp(−x)).
func sigmoid(_ x: Float) -> Float { Float(1 / (1 + exponential(-Double(x)))) }
