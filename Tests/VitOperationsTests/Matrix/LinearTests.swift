import Testing

@testable import VitOperations

@Suite struct LinearTests {
  /// Rows, inputs and outputs: more and fewer inputs than the eight that are summed side by side.
  static let sizes = [(1, 1, 1), (3, 5, 2), (2, 8, 3), (4, 19, 7)]

  /// A rounding of a result that is at most inputs + 1.
  static func tolerance(inputs: Int) -> Double { Double(inputs + 1) * 0x1p-24 }

  @Test(arguments: sizes)
  func forwardIsTheFormula(rows: Int, inputs: Int, outputs: Int) {
    var random = SplitMix64(state: 1)
    let x = random.tensor([rows, inputs])
    let weight = random.tensor([outputs, inputs])
    let bias = random.tensor([outputs])
    for bias in [bias, nil] {
      let y = linear(x, weight: weight, bias: bias)
      #expect(y.shape == [rows, outputs])
      let expected = linearInDouble(
        x.doubles, weight.doubles, bias?.doubles, inputs: inputs, outputs: outputs)
      #expect(y.worstDifference(from: expected) <= Self.tolerance(inputs: inputs))
    }
  }

  @Test func forwardOfASliceReadsItsRowsOnly() {
    let x = Tensor([9, 9, 1, 2, 3, 4], shape: [3, 2])
    let weight = Tensor([9, 9, 1, 10], shape: [2, 2])
    #expect(linear(x.rows(1..<3), weight: weight.rows(1..<2), bias: nil).values == [21, 43])
  }

  @Test func noRowsGiveNoRows() {
    let y = linear(Tensor(zeros: [0, 2]), weight: Tensor(zeros: [3, 2]), bias: nil)
    #expect(y.shape == [0, 3])
  }

  /// The loss Σ g ⊙ y is bilinear, so central differences have no error but that of rounding.
  @Test(arguments: sizes)
  func backwardIsTheGradient(rows: Int, inputs: Int, outputs: Int) throws {
    var random = SplitMix64(state: 2)
    let tape = Tape()
    let x = tape.watch(random.tensor([rows, inputs]))
    let weight = tape.watch(random.tensor([outputs, inputs]))
    let bias = tape.watch(random.tensor([outputs]))
    let seed = random.tensor([rows, outputs])
    let gradients = try tape.gradients(of: linear(x, weight: weight, bias: bias), seed: seed)

    func loss(_ x: [Double], _ weight: [Double], _ bias: [Double]) -> Double {
      let y = linearInDouble(x, weight, bias, inputs: inputs, outputs: outputs)
      return zip(y, seed.doubles).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let (xValues, weightValues, biasValues) = (x.doubles, weight.doubles, bias.doubles)
    let expected = [
      (x, centralDifferences(xValues) { loss($0, weightValues, biasValues) }),
      (weight, centralDifferences(weightValues) { loss(xValues, $0, biasValues) }),
      (bias, centralDifferences(biasValues) { loss(xValues, weightValues, $0) }),
    ]
    for (argument, expected) in expected {
      let gradient = try #require(gradients[argument])
      #expect(gradient.shape == argument.shape)
      #expect(gradient.worstDifference(from: expected) < 1e-6)
    }
  }

  @Test func aLayerWithoutBiasHasGradientsToo() throws {
    let tape = Tape()
    let weight = tape.watch(Tensor([1, 2], shape: [1, 2]))
    let y = linear(Tensor([3, 4], shape: [1, 2]), weight: weight, bias: nil)
    #expect(try tape.gradients(of: y)[weight]?.values == [3, 4])
  }
}
