import CKernels
import Testing
import VitTestSupport

@testable import VitTensor

extension ComputeTests {
  @Suite struct LinearTests {
    /// Sums of products in double precision, and for each the sum of the products' magnitudes, which
    /// bounds the rounding of any order of summation.
    static func reference(
      _ input: [Float], _ weight: [Float], _ bias: [Float], rows: Int, outputs: Int, inputs: Int
    ) -> (values: [Double], magnitudes: [Double]) {
      var values: [Double] = []
      var magnitudes: [Double] = []
      for row in 0..<rows {
        for output in 0..<outputs {
          var sum = Double(bias[output])
          var magnitude = abs(sum)
          for k in 0..<inputs {
            let product = Double(input[row * inputs + k]) * Double(weight[output * inputs + k])
            sum += product
            magnitude += abs(product)
          }
          values.append(sum)
          magnitudes.append(magnitude)
        }
      }
      return (values, magnitudes)
    }

    /// Rows, outputs and inputs around the edges of tiles, vectors, panels and groups.
    static let sizes: [(rows: Int, outputs: Int, inputs: Int)] = {
      var sizes: [(Int, Int, Int)] = [
        (0, 3, 3), (2, 0, 3), (2, 3, 0), (50, 130, 64), (13, 70, 1024), (20, 70, 3101),
      ]
      for rows in [1, 2, 5, 6, 7, 11, 12, 13] {
        for outputs in [1, 15, 16, 17, 33, 63, 64, 65] { sizes.append((rows, outputs, 19)) }
      }
      for inputs in [1, 2, 3, 4, 5, 8, 63, 65] { sizes.append((7, 21, inputs)) }
      return sizes
    }()

    @Test(arguments: Precision.allCases) func agreesWithDoublePrecision(_ precision: Precision)
      throws
    {
      var random = SplitMix64(state: 1)
      for (rows, outputs, inputs) in Self.sizes {
        let input = random.floats(rows * inputs)
        let weight = random.floats(outputs * inputs)
        let bias = random.floats(outputs)
        var (usedInput, usedWeight) = (input, weight)
        if precision == .bfloat16 {
          usedInput = input.map(roundedToBFloat16)
          usedWeight = weight.map(roundedToBFloat16)
        }
        let (values, magnitudes) = Self.reference(
          usedInput, usedWeight, bias, rows: rows, outputs: outputs, inputs: inputs)
        for kernels in KernelSet.all {
          let linear = try Linear(
            weight: weight, bias: bias, outputSize: outputs, inputSize: inputs,
            precision: precision, kernels: kernels)
          let result = linear(input, rows: rows)
          var worst = 0.0
          for i in 0..<result.count {
            // n additions and products, each off by at most half an epsilon of the magnitudes.
            var tolerance = Double(inputs + 4) * Double(Float.ulpOfOne) / 2 * magnitudes[i]
            if precision == .int8 {
              // Either operand, below 1, is off by half a step: 1/127 for weights, 2/255 for inputs.
              tolerance += Double(inputs) * (0.5 / 127 + 1.0 / 255 + 0.5 / 127 / 255)
            }
            worst = max(worst, abs(Double(result[i]) - values[i]) - tolerance)
          }
          #expect(worst <= 0, "\(name(of: kernels)) \(precision) [\(rows), \(outputs), \(inputs)]")
        }
      }
    }

    @Test func int8IsTheSameInEveryKernelSet() throws {
      var random = SplitMix64(state: 2)
      for (rows, outputs, inputs) in Self.sizes {
        // Whole numbers with the extremes in each row and column quantise without rounding.
        var input = random.floats(rows * inputs).map { ($0 * 127).rounded() }
        var weight = random.floats(outputs * inputs).map { ($0 * 127).rounded() }
        if inputs >= 2 {
          for row in 0..<rows { (input[row * inputs], input[row * inputs + 1]) = (-128, 127) }
          for output in 0..<outputs { weight[output * inputs] = output % 2 == 0 ? -127 : 127 }
        }
        let bias = [Float](repeating: 0, count: outputs)
        let (values, _) = Self.reference(
          input, weight, bias, rows: rows, outputs: outputs, inputs: inputs)
        var first: [Float]?
        for kernels in KernelSet.all {
          let linear = try Linear(
            weight: weight, bias: nil, outputSize: outputs, inputSize: inputs, precision: .int8,
            kernels: kernels)
          let result = linear(input, rows: rows)
          #expect(first == nil || first == result, "\(name(of: kernels))")
          first = first ?? result
          if inputs >= 2 {
            #expect(zip(result, values).allSatisfy { abs(Double($0) - $1) <= abs($1) * 0x1p-23 })
          }
        }
      }
    }

    @Test(arguments: Activation.allCases) func finishesWithActivationAndResidual(
      _ activation: Activation
    ) throws {
      var random = SplitMix64(state: 3)
      let (rows, outputs) = (7, 83)
      // An identity matrix hands chosen values to the activation: a range and its far ends.
      let count = rows * outputs
      var input = (0..<count).map { Float($0) / Float(count) * 24 - 12 }
      input.replaceSubrange(0..<6, with: [-200, -90, 0, 90, 200, -0.0])
      var weight = [Float](repeating: 0, count: outputs * outputs)
      for i in 0..<outputs { weight[i * outputs + i] = 1 }
      let residual = random.floats(count)
      for kernels in KernelSet.all {
        let linear = try Linear(
          weight: weight, bias: nil, outputSize: outputs, inputSize: outputs, precision: .float32,
          kernels: kernels)
        let plain = linear(input, rows: rows, activation: activation)
        for (x, y) in zip(input, plain) {
          let expected = exact(activation, Double(x))
          // The rational erf is rounded some times near 1, then multiplied by x.
          let tolerance = 1e-6 * max(1, min(abs(Double(x)), 12)) + abs(expected) * 1e-6
          #expect(
            abs(Double(y) - expected) <= tolerance, "\(name(of: kernels)) \(activation) of \(x)")
        }
        let summed = linear(input, rows: rows, activation: activation, residual: residual)
        #expect(zip(zip(plain, residual), summed).allSatisfy { $0.0 + $0.1 == $1 })

        var inPlace = residual
        inPlace.withUnsafeMutableBufferPointer {
          linear.apply(
            input, rows: rows, to: $0.baseAddress!, activation: activation,
            residual: UnsafePointer($0.baseAddress!))
        }
        #expect(inPlace == summed)
      }
    }

    @Test(arguments: Precision.allCases) func aNormOnTheWayIsTheNormBefore(_ precision: Precision)
      throws
    {
      var random = SplitMix64(state: 8)
      let (rows, outputs, inputs) = (13, 70, 771)
      let norm = LayerNorm(
        weight: random.floats(inputs), bias: random.floats(inputs), epsilon: 1e-6)
      let linear = try Linear(
        weight: random.floats(outputs * inputs), bias: random.floats(outputs),
        outputSize: outputs, inputSize: inputs, precision: precision)
      let input = random.floats(rows * inputs, scale: 3)
      var normalized = [Float](repeating: 0, count: rows * inputs)
      norm.apply(input, rows: rows, to: &normalized)
      var fused = [Float](repeating: 0, count: rows * outputs)
      fused.withUnsafeMutableBufferPointer {
        linear.apply(Rows(input), rows: rows, norm: norm, to: Rows($0.baseAddress!))
      }
      #expect(fused == linear(normalized, rows: rows))
    }

    @Test(arguments: Precision.allCases) func aRangeOfOutputsComesAgain(_ precision: Precision)
      throws
    {
      var random = SplitMix64(state: 11)
      let (rows, outputs, inputs, period) = (7, 768, 70, 256)
      let linear = try Linear(
        weight: random.floats(outputs * inputs), bias: random.floats(outputs),
        outputSize: outputs, inputSize: inputs, precision: precision)
      let input = random.floats(rows * inputs)
      let all = linear(input, rows: rows)
      for first in [0, 128, 256, 384] {
        var some = [Float](repeating: .nan, count: rows * outputs)
        some.withUnsafeMutableBufferPointer {
          linear.apply(
            Rows(input), rows: rows, to: Rows($0.baseAddress!), outputs: first..<first + 128,
            period: period)
        }
        for row in 0..<rows {
          for output in 0..<outputs {
            let isWanted = output >= first && (output - first) % period < 128
            let value = some[row * outputs + output]
            #expect(isWanted ? value == all[row * outputs + output] : value.isNaN)
          }
        }
      }
    }

    @Test(arguments: [19, 64]) func bfloat16RowsAreTheRoundedOnes(_ inputs: Int) throws {
      var random = SplitMix64(state: 9)
      let (rows, outputs) = (13, 83)
      var input = random.floats(rows * inputs)
      // A value beside a row's end must not be read as part of it.
      input[inputs] = .greatestFiniteMagnitude
      for kernels in KernelSet.all {
        let linear = try Linear(
          weight: random.floats(outputs * inputs), bias: random.floats(outputs),
          outputSize: outputs, inputSize: inputs, precision: .bfloat16, kernels: kernels)
        let expected = linear(input, rows: rows, activation: .geluErf)
        var halves = input.map(bfloat16Bits)
        var results = [UInt16](repeating: 0, count: rows * outputs)
        halves.withUnsafeMutableBytes { halves in
          results.withUnsafeMutableBytes { results in
            linear.apply(
              Rows(halves.baseAddress!, .bfloat16), rows: rows,
              to: Rows(results.baseAddress!, .bfloat16), activation: .geluErf)
          }
        }
        #expect(results == expected.map(bfloat16Bits), "\(name(of: kernels))")
      }
    }

    @Test(arguments: Precision.allCases) func bitsDependOnNeitherBatchNorThreads(
      _ precision: Precision
    ) throws {
      try SharedPool.exclusively { try compareBatches(precision) }
    }

    private func compareBatches(_ precision: Precision) throws {
      let threads = ThreadPool.shared.threadCount
      defer { ThreadPool.shared.setThreadCount(threads) }
      var random = SplitMix64(state: 4)
      // Items of 5 rows, in batches of 1 to 9 in shuffled order.
      let (rows, outputs, inputs, items) = (5, 200, 148, 9)
      let weight = random.floats(outputs * inputs)
      let bias = random.floats(outputs)
      let input = random.floats(items * rows * inputs)
      for kernels in KernelSet.all {
        let linear = try Linear(
          weight: weight, bias: bias, outputSize: outputs, inputSize: inputs, precision: precision,
          kernels: kernels)
        let each = (0..<items).map { item in
          linear(
            Array(input[item * rows * inputs..<(item + 1) * rows * inputs]), rows: rows,
            activation: .geluErf)
        }
        for count in 1...4 {
          ThreadPool.shared.setThreadCount(count)
          for batch in 1...items {
            var order = Array(0..<items)
            for i in order.indices.dropFirst() {
              order.swapAt(i, Int(random.next() % UInt64(i + 1)))
            }
            order = Array(order.prefix(batch))
            let batched = linear(
              order.flatMap { input[$0 * rows * inputs..<($0 + 1) * rows * inputs] },
              rows: batch * rows, activation: .geluErf)
            #expect(
              batched.map(\.bitPattern) == order.flatMap { each[$0] }.map(\.bitPattern),
              "\(name(of: kernels)) \(precision), \(count) threads, batch of \(batch)")
          }
        }
      }
    }

    @Test(arguments: Precision.allCases, [Float.nan, .infinity, -.infinity])
    func whatIsNotANumberIsSeen(_ precision: Precision, _ bad: Float) throws {
      var random = SplitMix64(state: 5)
      let (rows, outputs, inputs) = (8, 20, 37)
      let input = random.floats(rows * inputs)
      let weight = random.floats(outputs * inputs)
      for kernels in KernelSet.all {
        for position in [0, 3, 15, 16, 36] {
          var badInput = input
          badInput[2 * inputs + position] = bad
          let linear = try Linear(
            weight: weight, bias: nil, outputSize: outputs, inputSize: inputs, precision: precision,
            kernels: kernels)
          let result = linear(badInput, rows: rows)
          for i in 0..<result.count {
            #expect(
              result[i].isFinite == (i / outputs != 2), "\(name(of: kernels)) \(precision) at \(i)")
          }
          var badWeight = weight
          badWeight[2 * inputs + position] = bad
          let broken = try Linear(
            weight: badWeight, bias: nil, outputSize: outputs, inputSize: inputs,
            precision: precision, kernels: kernels)
          let wrong = broken(input, rows: rows)
          for i in 0..<wrong.count {
            #expect(
              wrong[i].isFinite == (i % outputs != 2), "\(name(of: kernels)) \(precision) at \(i)")
          }
        }
      }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func activationsHideNothingBroken(_ bad: Float) throws {
      for kernels in KernelSet.all {
        let linear = try Linear(
          weight: [1], bias: nil, outputSize: 1, inputSize: 1, precision: .float32, kernels: kernels
        )
        for activation in Activation.allCases {
          #expect(
            !linear([bad], rows: 1, activation: activation)[0].isFinite,
            "\(name(of: kernels)) \(activation)")
        }
      }
    }

    @Test func veryWideLayersAreNotSummedIn32Bits() throws {
      let inputs = Linear.largestInt8InputSize + 1
      let weight = [Float](repeating: 1, count: inputs)
      let linear = try Linear(
        weight: weight, bias: nil, outputSize: 1, inputSize: inputs, precision: .int8)
      #expect(linear.precision == .bfloat16)
      let result = linear([Float](repeating: 1, count: inputs), rows: 1)
      #expect(abs(result[0] - Float(inputs)) <= Float(inputs) * 1e-4)
    }

    @Test func sizesAreCounted() throws {
      let weight = [Float](repeating: 1, count: 12)
      let linear = try Linear(
        weight: weight, bias: [1, 2, 3], outputSize: 3, inputSize: 4, precision: .int8)
      #expect(linear.parameterCount == 15)
      #expect(linear.packedBytes >= 12 && linear.packedBytes <= 64)
    }
  }
}
