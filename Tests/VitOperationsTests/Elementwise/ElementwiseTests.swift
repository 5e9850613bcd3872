import Testing
import VitTensor

@testable import VitOperations

@Suite struct ElementwiseTests {
  private let x = Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2])

  @Test func sums() {
    #expect((x + x).values == [2, 4, 6, 8, 10, 12])
    #expect(added(x, row: Tensor([10, 20], shape: [2])).values == [11, 22, 13, 24, 15, 26])
  }

  @Test func aTableBeginsAnewWithEachSequence() {
    let table = Tensor([10, 20, 30, 40, 50, 60], shape: [3, 2])
    let sum = added(x, table: table, Sequences(lengths: [1, 0, 2]))
    #expect(sum.values == [11, 22, 13, 24, 35, 46])
  }

  @Test func scales() {
    #expect(scaled(x, by: Tensor([2, -1], shape: [2])).values == [2, -2, 6, -4, 10, -6])
    #expect(scaled(x, by: 0.5).values == [0.5, 1, 1.5, 2, 2.5, 3])
  }

  @Test func backwardOfARowSumIsTheColumnsSums() throws {
    let tape = Tape()
    let x = tape.watch(x)
    let row = tape.watch(Tensor([1, 1], shape: [2]))
    let seed = Tensor([1, 2, 3, 4, 5, 7], shape: [3, 2])
    let gradients = try tape.gradients(of: added(x, row: row), seed: seed)
    #expect(gradients[x]?.values == seed.values)
    #expect(gradients[row]?.values == [9, 13])
  }

  /// At -2, -0.5 and 1.25, in Python's `math` by the definitions, to 12 digits:
  ///
  ///     Φ = lambda x: erfc(-x / sqrt(2)) / 2
  ///     lambda x: x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) / 2
  static let values: [(Activation, [Double])] = [
    (.identity, [-2, -0.5, 1.25]),
    (.geluErf, [-0.0455002638964, -0.154268769363, 1.11793778292]),
    (.geluTanh, [-0.0454023059122, -0.154285990175, 1.11771420297]),
    (.quickGELU, [-0.0643413768558, -0.149611563394, 1.11693430144]),
    (.relu, [0, 0, 1.25]),
    (.silu, [-0.238405844044, -0.188770334399, 0.971624826468]),
    (.tanh, [-0.964027580076, -0.46211715726, 0.848283639958]),
  ]

  @Test(arguments: values)
  func activations(_ function: Activation, _ expected: [Double]) {
    let y = activation(Tensor([-2, -0.5, 1.25], shape: [3]), function)
    #expect(y.shape == [3])
    #expect(y.worstDifference(from: expected) < 1e-7)
  }

  @Test func everyActivationIsCovered() {
    #expect(Set(Self.values.map(\.0)) == Set(Activation.allCases))
  }

  @Test func activationsOfLargeNumbersAreFinite() {
    for function in Activation.allCases {
      let y = activation(Tensor([-1e30, 1e30], shape: [2]), function)
      let areFinite = y.values.allSatisfy { $0.isFinite }
      #expect(areFinite, "\(function)")
    }
  }
}
