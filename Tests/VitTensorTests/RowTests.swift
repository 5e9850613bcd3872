import CKernels
import Foundation
import Testing

@testable import VitTensor

extension ComputeTests {
  @Suite struct RowTests {
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

    @Test func bfloat16RoundsToNearestEven() {
      var random = SplitMix64(state: 11)
      var input = (0..<67).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }
      input[3] = .nan
      input[4] = .infinity
      input[5] = Float(bitPattern: 0x7f80_0001)  // a NaN whose upper half alone is infinity
      input[6] = Float(bitPattern: 0x3f80_8000)  // half way, down to even
      input[7] = Float(bitPattern: 0x3f81_8000)  // half way, up to even
      input[8] = -Float.leastNonzeroMagnitude * 0x4_0000
      for kernels in KernelSet.all {
        for count in [0, 1, 15, 16, 17, 67] {
          var output = [UInt16](repeating: 1, count: count + 5)
          kernels.pointee.to_bfloat16(input, count, count + 5, &output)
          for i in 0..<count {
            let value = Float(bitPattern: UInt32(output[i]) << 16)
            let flushed = input[i].isSubnormal && name(of: kernels) == "avx512bf16"
            let expected =
              flushed
              ? Float(sign: input[i].sign, exponent: 0, significand: 0)
              : roundedToBFloat16(input[i])
            #expect(
              input[i].isNaN ? value.isNaN : value.bitPattern == expected.bitPattern,
              "\(name(of: kernels)) \(input[i])")
          }
          #expect(output[count...].allSatisfy { $0 == 0 })
        }
      }
    }

    @Test func bytesAreTheSameInEveryKernelSet() {
      var random = SplitMix64(state: 12)
      for count in [0, 1, 15, 16, 17, 67, 768] {
        for (scale, shift) in [(Float(1), Float(0)), (1e-3, 5), (3, -7), (0, 0), (1e38, 0)] {
          let input = random.floats(count, scale: scale).map { $0 + shift }
          var first: [UInt8]?
          for kernels in KernelSet.all {
            var output = [UInt8](repeating: 1, count: count + 3)
            var step: Float = 0
            var offset: Float = 0
            kernels.pointee.to_uint8(input, count, count + 3, &output, &step, &offset)
            if name(of: kernels) == "neondot" {
              // Signed bytes, the offset moved with them.
              output = output.map { $0 ^ 0x80 }
              offset -= 128 * step
            }
            #expect(output[count...].allSatisfy { $0 == 0 })
            for i in 0..<count {
              let value = Double(output[i]) * Double(step) + Double(offset)
              #expect(abs(value - Double(input[i])) <= Double(step) * 0.501)
            }
            #expect(first == nil || first == output, "\(name(of: kernels)) \(count)")
            first = first ?? output
          }
        }
      }
    }
  }
}
