import CKernels
import Foundation
import Testing

@testable import VitTensor

extension ComputeTests {
  @Suite struct NormalizationTests {
    static let sizes = [1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 192, 769]

    @Test func layerNormAgreesWithDoublePrecision() {
      var random = SplitMix64(state: 9)
      for size in Self.sizes {
        let (rows, stride) = (5, size + 3)
        let input = random.floats(rows * stride, scale: 3)
        let weight = random.floats(size)
        let bias = random.floats(size)
        for kernels in KernelSet.all {
          var output = [Float](repeating: .infinity, count: rows * size)
          vit_layer_norm(kernels, input, rows, size, stride, weight, bias, 1e-5, &output)
          for row in 0..<rows {
            let x = input[row * stride..<row * stride + size].map(Double.init)
            let mean = x.reduce(0, +) / Double(size)
            let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
            let deviation = (variance + 1e-5).squareRoot()
            for i in 0..<size {
              let expected = (x[i] - mean) / deviation * Double(weight[i]) + Double(bias[i])
              // The mean is off by an epsilon of the inputs, which the division magnifies.
              let tolerance = 0x1p-22 * (3 + Double(size).squareRoot()) * (1 + 3 / deviation)
              #expect(
                abs(Double(output[row * size + i]) - expected) <= tolerance,
                "\(name(of: kernels)) \(size)")
            }
          }
        }
      }
    }

    @Test func layerNormTypeReadsRowsApart() {
      let norm = LayerNorm(weight: [1, 2], bias: [0, 1], epsilon: 0)
      var output = [Float](repeating: 0, count: 4)
      norm.apply([1, 3, 9, 5, 1, 9], rows: 2, inputStride: 3, to: &output)
      #expect(output == [-1, 3, 1, -1])
    }

    @Test func l2NormalizeGivesLengthOne() {
      var random = SplitMix64(state: 10)
      for size in Self.sizes {
        for scale in [Float(1e-30), 1, 1e30] {
          let input = random.floats(3 * size, scale: scale)
          for kernels in KernelSet.all {
            var output = input
            for i in size..<2 * size { output[i] = 0 }
            vit_l2_normalize(kernels, &output, 3, size)
            for row in [0, 2] {
              let x = input[row * size..<(row + 1) * size].map(Double.init)
              let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
              for i in 0..<size {
                #expect(
                  abs(Double(output[row * size + i]) - x[i] / length)
                    <= 0x1p-23 * (2 + Double(size).squareRoot()), "\(name(of: kernels)) \(size)")
              }
            }
            #expect(output[size..<2 * size].allSatisfy { $0 == 0 })
          }
        }
      }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func oneBrokenElementBreaksTheRow(_ bad: Float) {
      for size in Self.sizes where size > 1 {
        var input = [Float](repeating: 0.5, count: 2 * size)
        input[size - 1] = bad
        for kernels in KernelSet.all {
          let weight = [Float](repeating: 1, count: size)
          var output = input
          vit_layer_norm(kernels, input, 2, size, size, weight, weight, 1e-5, &output)
          #expect(output.map(\.isFinite) == (0..<2 * size).map { $0 >= size })
          output = input
          vit_l2_normalize(kernels, &output, 2, size)
          #expect(output.map(\.isFinite) == (0..<2 * size).map { $0 >= size })
        }
      }
    }
  }
}
