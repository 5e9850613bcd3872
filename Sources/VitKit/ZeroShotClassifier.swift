/// Classes made of words: the vectors of labels, computed once, for any number of images (Radford et
/// al. 2021, section 3.1).
///
///     score = vector · label,  probability = softmax(scale × scores),
///                              of each label for itself 1 / (1 + exp(−(scale × score + bias)))
public struct ZeroShotClassifier: Sendable {
  /// The sentence that a label is put into unless others are given.
  public static let defaultTemplates = ["a photo of a {}."]
  /// The 80 templates of CLIP's ImageNet experiments.
  public static let imageNetTemplates = ImageNetTemplates.all

  public let labels: [String]
  /// One for each label, of length 1.
  package let vectors: [[Float]]
  /// What cosines are multiplied with before the softmax.
  let logitScale: Float
  /// What is added before the sigmoid; nil for a model that was trained by softmax.
  var logitBias: Float?

  /// The `top` best labels of an image, best first.
  ///
  /// O(labels × size).
  ///
  /// - Parameters:
  ///   - vector: the image's, of length 1, as `Model.embed` gives it.
  ///   - multiLabel: each label for itself: the sigmoid of a model whose pairs were trained so
  ///     (SigLIP); else the probability is the cosine, because a model that was trained by softmax
  ///     has no probability of one label alone.
  public func classify(
    _ vector: [Float], top: Int = 5, multiLabel: Bool = false
  ) -> [Classification] {
    let cosines = vectors.map { dotProduct($0, vector) }
    let scaled = cosines.map { $0 * logitScale + (logitBias ?? 0) }
    let isSigmoid = multiLabel && logitBias != nil
    let ranked = Classification.rank(
      scaled, labels: labels, top: top, as: isSigmoid ? .eachForItself : .oneOfAll)
    return ranked.map {
      Classification(
        label: $0.label, index: $0.index, score: cosines[$0.index],
        probability: multiLabel && !isSigmoid ? cosines[$0.index] : $0.probability)
    }
  }

  /// Whether labels that are judged each for itself have a probability, not their cosine alone.
  package var hasOwnProbabilities: Bool { logitBias != nil }
}
