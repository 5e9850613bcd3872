import VitModel

/// The dot product in one fixed order, so that a matrix of vectors with themselves is symmetric; of
/// vectors of length 1 it is the cosine.
func dotProduct(_ first: [Float], _ second: [Float]) -> Float {
  first.withUnsafeBufferPointer { first in
    second.withUnsafeBufferPointer { second in
      let count = min(first.count, second.count)
      return count == 0 ? 0 : dotProduct(first.baseAddress!, second.baseAddress!, count: count)
    }
  }
}

/// The dot product of `count` numbers, in sixteen sums: a search through a million vectors then waits
/// for memory, not for the additions.
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

/// Probabilities of one row of scores, which sum to 1; the largest score is taken off first, so that
/// none overflows.
package func softmax(_ scores: [Float]) -> [Float] {
  let highest = scores.max() ?? 0
  let powers = scores.map { exponential(Double($0 - highest)) }
  let sum = powers.reduce(0, +)
  return powers.map { Float($0 / sum) }
}
