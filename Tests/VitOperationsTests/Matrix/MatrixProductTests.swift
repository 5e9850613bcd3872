import Testing

@testable import VitOperations

@Suite struct MatrixProductTests {
  private let x = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
  private let weight = Tensor([1, 0, -1, 2, 3, 1], shape: [3, 2])

  @Test func forwardIsTheFormula() {
    let y = matrixProduct(x, weight)
    #expect(y.shape == [2, 2])
    #expect(y.values == [8, 7, 17, 16])
  }

  @Test func backwardIsTheGradient() throws {
    let tape = Tape()
    let x = tape.watch(x)
    let weight = tape.watch(weight)
    let seed = Tensor([1, 2, 3, -1], shape: [2, 2])
    let gradients = try tape.gradients(of: matrixProduct(x, weight), seed: seed)
    func loss(_ x: [Double], _ weight: [Double]) -> Double {
      (0..<4).reduce(0) { sum, index in
        let (row, column) = (index / 2, index % 2)
        let y = (0..<3).reduce(0) { $0 + x[row * 3 + $1] * weight[$1 * 2 + column] }
        return sum + y * seed.doubles[index]
      }
    }
    let (xValues, weightValues) = (x.doubles, weight.doubles)
    let expectedOfX = centralDifferences(xValues) { loss($0, weightValues) }
    let expectedOfWeight = centralDifferences(weightValues) { loss(xValues, $0) }
    #expect(try #require(gradients[x]).worstDifference(from: expectedOfX) < 1e-6)
    #expect(try #require(gradients[weight]).worstDifference(from: expectedOfWeight) < 1e-6)
  }

  @Test func cosineSimilarityIgnoresLengths() {
    let x = Tensor([3, 4, 0, 0], shape: [2, 2])
    let y = Tensor([30, 40, -8, 6, -1, 0], shape: [3, 2])
    let cosines = cosineSimilarity(x, y)
    #expect(cosines.shape == [2, 3])
    #expect(cosines.worstDifference(from: [1, 0, -0.6, 0, 0, 0]) < 1e-7)
  }
}
