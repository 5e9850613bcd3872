import VitModel

/// The dot product in one fixed order, so that a matrix of vectors with themselves is symmetric; of
/// vectors of length 1 it is the cosine.
func dotProduct(_ first: [Float], _ second: [Float]) -> Float {
  zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
}

/// Probabilities of one row of scores, which sum to 1; the largest score is taken off first, so that
/// none overflows.
package func softmax(_ scores: [Float]) -> [Float] {
  let highest = scores.max() ?? 0
  let powers = scores.map { exponential(Double($0 - highest)) }
  let sum = powers.reduce(0, +)
  return powers.map { Float($0 / sum) }
}
