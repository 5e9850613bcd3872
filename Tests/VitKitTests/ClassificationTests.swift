import Testing

@testable import VitKit

@Suite struct ClassificationTests {
  @Test func theBestComeFirstAndEqualOnesInTheirOrder() {
    let ranked = Classification.rank(
      [1, 3, 3, 2], labels: ["a", "b"], top: 3, multiLabel: false)
    #expect(ranked.map(\.index) == [1, 2, 3])
    #expect(ranked.map(\.label) == ["b", "2", "3"])
    #expect(ranked.map(\.score) == [3, 3, 2])
    #expect(Classification.rank([1, 2], labels: [], top: 9, multiLabel: false).count == 2)
    #expect(Classification.rank([1, 2], labels: [], top: -1, multiLabel: false).isEmpty)
  }

  /// Over all classes, also those that are not among the best.
  @Test func probabilitiesAreASoftmaxOrSigmoids() {
    let softmax = Classification.rank([0, 1, -1], labels: [], top: 1, multiLabel: false)
    #expect(abs(softmax[0].probability - 0.665_241) < 1e-6)
    let sigmoid = Classification.rank([0, 1, -1], labels: [], top: 3, multiLabel: true)
    for (found, expected) in zip(sigmoid.map(\.probability), [0.731_059, 0.5, 0.268_941]) {
      #expect(abs(Double(found) - expected) < 1e-6)
    }
  }

  @Test func largeScoresDoNotOverflow() {
    #expect(softmax([1e4, 1e4, -1e4]) == [0.5, 0.5, 0])
    #expect(softmax([]) == [])
  }
}
