import CKernels
import Foundation
import Testing

@testable import VitTensor

extension ComputeTests {
  @Suite struct ConversionTests {
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
