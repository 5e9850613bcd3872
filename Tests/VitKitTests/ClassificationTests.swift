import Testing

@testable import VitKit

@Suite struct ClassificationTests {
  @Test func theBestComeFirstAndEqualOnesInTheirOrder() {
    let ranked = Classification.rank(
      [1, 3, 3, 2], labels: ["a", "b"], top: 3, as: .oneOfAll)
    #expect(ranked.map(\.index) == [1, 2, 3])
    #expect(ranked.map(\.label) == ["b", "2", "3"])
    #expect(ranked.map(\.score) == [3, 3, 2])
    #expect(Classification.rank([1, 2], labels: [], top: 9, as: .oneOfAll).count == 2)
    #expect(Classification.rank([1, 2], labels: [], top: -1, as: .oneOfAll).isEmpty)
  }

  /// Over all classes, also those that are not among the best.
  @Test func probabilitiesAreASoftmaxOrSigmoids() {
    let softmax = Classification.rank([0, 1, -1], labels: [], top: 1, as: .oneOfAll)
    #expect(abs(softmax[0].probability - 0.665_241) < 1e-6)
    let sigmoid = Classification.rank([0, 1, -1], labels: [], top: 3, as: .eachForItself)
    for (found, expected) in zip(sigmoid.map(\.probability), [0.731_059, 0.5, 0.268_941]) {
      #expect(abs(Double(found) - expected) < 1e-6)
    }
  }

  @Test func aRegressionsNumbersAreNoProbabilities() {
    let answer = Classification.rank([-0.28, 3], labels: [], top: 2, as: .regression)
    #expect(answer.map(\.score) == [3, -0.28])
    #expect(answer.allSatisfy { $0.probability.isNaN })
  }

  /// σ(scale × cosine + bias) where a pair was trained so; else the cosine.
  @Test func labelsForThemselvesHaveASigmoidWhereThePairWasTrainedSo() throws {
    func classifier(_ bias: Float?) -> ZeroShotClassifier {
      ZeroShotClassifier(
        labels: ["a", "b"], vectors: [[1, 0], [0.6, 0.8]], logitScale: 10, logitBias: bias)
    }
    let trained = try classifier(-8).classify([1, 0], multiLabel: true)
    #expect(trained.map(\.score) == [1, 0.6])
    for (item, expected) in zip(trained, [0.880_797, 0.119_203]) {
      #expect(abs(Double(item.probability) - expected) < 1e-6)
    }
    #expect(try classifier(nil).classify([1, 0], multiLabel: true).map(\.probability) == [1, 0.6])
    // A constant changes no softmax.
    let (with, without) = try (classifier(-8).classify([1, 0]), classifier(nil).classify([1, 0]))
    #expect(abs(with[0].probability - without[0].probability) < 1e-6)
  }

  /// Of another model; the numbers that both have would give an answer.
  @Test(arguments: [[], [1], [1, 0, 0]] as [[Float]])
  func aVectorOfAnotherLengthIsRefused(_ vector: [Float]) {
    let classifier = ZeroShotClassifier(
      labels: ["a", "b"], vectors: [[1, 0], [0.6, 0.8]], logitScale: 10, logitBias: nil)
    #expect {
      try classifier.classify(vector)
    } throws: {
      "\($0)".hasPrefix("a vector of \(vector.count) numbers, but the labels' vectors have 2;")
    }
  }

  @Test func largeScoresDoNotOverflow() {
    #expect(softmax([1e4, 1e4, -1e4]) == [0.5, 0.5, 0])
    #expect(softmax([]) == [])
  }
}
