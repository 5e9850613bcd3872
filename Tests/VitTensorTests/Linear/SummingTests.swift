import CKernels
import Testing

@testable import VitTensor

extension ComputeTests {
  @Suite struct SummingTests {
    @Test(arguments: [Precision.float32, .bfloat16], [128, 1664, 4096])
    func halvesAddUpToTheBitsOfBoth(_ precision: Precision, _ inputs: Int) throws {
      var random = SplitMix64(state: 10)
      let outputs = 256
      for rows in [1, 6, 50] {
        let given = random.floats(rows * inputs)
        var input = given
        let residual = random.floats(rows * outputs)
        let (weight, bias) = (random.floats(outputs * inputs), random.floats(outputs))
        for kernels in KernelSet.all {
          let linear = try Linear(
            weight: weight, bias: bias, outputSize: outputs, inputSize: inputs,
            precision: precision, kernels: kernels)
          func apply(_ summing: Summing, residual: [Float]? = nil) -> [Float] {
            var result = [Float](repeating: .nan, count: rows * outputs)
            result.withUnsafeMutableBufferPointer { result in
              residual.map { _ = result.update(from: $0) }
              linear.apply(
                Rows(input), rows: rows, to: Rows(result.baseAddress!),
                residual: residual.map { _ in UnsafePointer(result.baseAddress!) },
                summing: summing)
            }
            return result
          }
          let both = apply(.bothHalves, residual: residual)
          // What the other half reads is not read.
          for row in 0..<rows { input[row * inputs + inputs / 2] = .nan }
          let firstHalf = apply(.firstHalf)
          input = given
          for row in 0..<rows { input[row * inputs + inputs / 2 - 1] = .nan }
          let secondHalf = apply(.secondHalf)
          input = given
          var added = residual
          added.withUnsafeMutableBufferPointer {
            linear.addHalves(
              firstHalf, secondHalf, rows: rows,
              residual: UnsafePointer($0.baseAddress!), to: $0.baseAddress!)
          }
          #expect(added == both, "\(name(of: kernels)), \(rows) rows")
          // One order of summation is as good as another, but they are told apart.
          let chain = apply(.oneChain, residual: residual)
          let tolerance = Float(inputs) * .ulpOfOne * 4
          #expect(zip(both, chain).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) })
          #expect(both != chain || rows * inputs < 256)
        }
      }
    }
  }
}
