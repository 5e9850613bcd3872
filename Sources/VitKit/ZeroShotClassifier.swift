import VitSystem

/// Classes made of words: the vectors of labels, computed once, for any number of images (Radford et
/// al. 2021, section 3.1).
///
///     score = vector · label,  probability = softmax(scale × scores),
///                              of each label for itself 1 / (1 + exp(−(scale × score + bias)))
///
/// ```swift
/// let classifier = try model.zeroShotClassifier(labels: ["cat", "dog"])
/// try classifier.embeddings.write(to: "labels.safetensors")
/// let later = try ZeroShotClassifier(
///   Embeddings(contentsOf: "labels.safetensors"), logitScale: classifier.logitScale)
/// ```
public struct ZeroShotClassifier: Sendable {
  /// The sentence that a label is put into unless others are given.
  public static let defaultTemplates = ["a photo of a {}."]
  /// The 80 templates of CLIP's ImageNet experiments.
  public static let imageNetTemplates = ImageNetTemplates.all

  public let labels: [String]
  /// One for each label, of length 1.
  package let vectors: [[Float]]
  /// What cosines are multiplied with before the softmax.
  public let logitScale: Float
  /// What is added before the sigmoid; nil for a model that was trained by softmax.
  public let logitBias: Float?

  package init(labels: [String], vectors: [[Float]], logitScale: Float, logitBias: Float?) {
    self.labels = labels
    self.vectors = vectors
    self.logitScale = logitScale
    self.logitBias = logitBias
  }

  /// A classifier of vectors that were computed before, or by another program: their names are the
  /// labels.
  ///
  /// - Parameters:
  ///   - embeddings: of any lengths, of the model whose image vectors will be classified.
  ///   - logitScale: what cosines are multiplied with before the softmax; 100 is what OpenAI's CLIP
  ///     models have learnt.
  ///   - logitBias: what is added before the sigmoid, of a model that was trained so (SigLIP).
  /// - Throws: `RequestError.invalidArgument` without labels or for a scale that is not positive;
  ///   `InputError.notFinite` for a vector without direction.
  public init(
    _ embeddings: Embeddings, logitScale: Float = 100, logitBias: Float? = nil
  ) throws {
    guard embeddings.count > 0 else {
      throw RequestError(.invalidArgument, reason: "no labels", remedy: "give at least one")
    }
    guard logitScale > 0, logitScale.isFinite, logitBias?.isFinite ?? true else {
      throw RequestError(
        .invalidArgument,
        reason: "a logit scale of \(logitScale) and a bias of \(logitBias ?? 0)",
        remedy: "give a positive scale and a bias that is a number")
    }
    labels = try embeddings.names
    vectors = try embeddings.normalizedRows()
    self.logitScale = logitScale
    self.logitBias = logitBias
  }

  /// The labels' vectors, to be stored.
  public var embeddings: Embeddings {
    get throws { try Embeddings(names: labels, vectors: vectors) }
  }

  /// The `top` best labels of an image, best first.
  ///
  /// O(labels × size).
  ///
  /// - Parameters:
  ///   - vector: the image's, of length 1, as `Model.embed` gives it.
  ///   - top: how many, at most.
  ///   - multiLabel: each label for itself: the sigmoid of a model whose pairs were trained so
  ///     (SigLIP); else the probability is the cosine, because a model that was trained by softmax
  ///     has no probability of one label alone.
  /// - Throws: `RequestError.invalidArgument` for a vector of another length than the labels', which
  ///   another model made, and for a negative `top`.
  public func classify(
    _ vector: [Float], top: Int = 5, multiLabel: Bool = false
  ) throws -> [Classification] {
    try RequestError.require(top: top)
    if let size = vectors.first?.count, size != vector.count {
      throw RequestError(
        .invalidArgument,
        reason: "a vector of \(vector.count) numbers, but the labels' vectors have \(size)",
        remedy: "embed it with the model that made the labels' vectors")
    }
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
