import Foundation
import Testing

@testable import VitOperations

@Suite struct NormalizationTests {
  @Test func layerNormIsTheFormula() {
    var random = SplitMix64(state: 3)
    let (rows, width) = (4, 13)
    let x = random.tensor([rows, width])
    let weight = random.tensor([width])
    let bias = random.tensor([width])
    for bias in [bias, nil] {
      let y = layerNorm(x, weight: weight, bias: bias, epsilon: 0.25)
      let expected = (0..<rows).flatMap { row -> [Double] in
        let values = x.rows(row..<row + 1).doubles
        let mean = values.reduce(0, +) / Double(width)
        // The variance as the mean of squares less the square of the mean.
        let variance = values.reduce(0) { $0 + $1 * $1 } / Double(width) - mean * mean
        return (0..<width).map { column in
          (values[column] - mean) / sqrt(variance + 0.25) * weight.doubles[column]
            + (bias?.doubles[column] ?? 0)
        }
      }
      #expect(y.shape == x.shape)
      #expect(y.worstDifference(from: expected) < 1e-6)
    }
  }

  @Test func layerNormOfAConstantRowIsTheBias() {
    let x = Tensor([7, 7, 7], shape: [1, 3])
    let weight = Tensor([1, 2, 3], shape: [3])
    let y = layerNorm(x, weight: weight, bias: Tensor([4, 5, 6], shape: [3]), epsilon: 1e-6)
    #expect(y.values == [4, 5, 6])
  }

  @Test func l2NormalizedRowsHaveLengthOneOrZero() {
    let y = l2Normalized(Tensor([3, -4, 0, 0, 1e-30, 0], shape: [3, 2]))
    #expect(y.worstDifference(from: [0.6, -0.8, 0, 0, 1, 0]) < 1e-7)
  }

  @Test func softmaxIsTheFormula() {
    let x = Tensor([0, 1, -2, 1000, 999, 0], shape: [2, 3])
    let sum = 1 + exp(1.0) + exp(-2.0)
    let expected = [
      1 / sum, exp(1.0) / sum, exp(-2.0) / sum, 1 / (1 + exp(-1.0)), 1 / (1 + exp(1.0)), 0,
    ]
    #expect(softmax(x).worstDifference(from: expected) < 1e-7)
  }
}
