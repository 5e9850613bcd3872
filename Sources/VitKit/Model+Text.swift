import VitImage
import VitModel
import VitTensor
import VitText

extension Model {
  /// A text as a vector of the space of the model's images.
  ///
  /// - Parameters:
  ///   - text: of any length; what the model's context has no room for is cut.
  ///   - normalized: to length 1, so that a dot product is the cosine.
  /// - Throws: `RequestError` when the model has no text tower.
  public func embed(text: String, normalized: Bool = true) throws -> [Float] {
    try embed(texts: [text], normalized: normalized)[0]
  }

  /// `[text][embeddingSize]`. A text longer than the model's context is cut; its end-of-text token
  /// stays.
  ///
  /// - Parameters:
  ///   - texts: row `i` of the result is that of text `i`.
  ///   - normalized: to length 1, so that a dot product is the cosine.
  ///   - progress: called after each 64 texts with the number that are done.
  /// - Throws: `RequestError` of the kind `.missingCapability` without a text tower, `.notFinite` where a
  ///   vector holds what is no number; `CancellationError` where the task was cancelled.
  public func embed(
    texts: [String], normalized: Bool = true, progress: ((Int) -> Void)? = nil
  ) throws -> [[Float]] {
    try embed(
      texts: texts, normalized: normalized, isCancelled: { Task.isCancelled }, progress: progress)
  }

  func embed(
    texts: [String], normalized: Bool, isCancelled: () -> Bool, progress: ((Int) -> Void)?
  ) throws -> [[Float]] {
    try publicly {
      var vectors: [[Float]] = []
      for start in stride(from: 0, to: texts.count, by: 64) {
        if isCancelled() { throw CancellationError() }
        let chunk = texts[start..<min(start + 64, texts.count)]
        vectors += try embed(ids: chunk.map { try tokenize($0).ids }, normalized: normalized)
        progress?(vectors.count)
      }
      if texts.isEmpty { _ = try embed(ids: [], normalized: normalized) }
      return vectors
    }
  }

  /// The cosine of an image and a text, -1 to 1.
  ///
  /// - Throws: as `embed(_:normalized:)` and `embed(text:normalized:)`.
  public func similarity(_ image: Image, _ text: String) throws -> Float {
    dotProduct(try embed(image), try embed(text: text))
  }

  /// Labels of your own for an image, best first: `score` is the cosine, `probability` the softmax
  /// over the labels.
  ///
  /// For many images make the classifier once, with `zeroShotClassifier`.
  ///
  /// - Throws: as `zeroShotClassifier`.
  public func classify(
    _ image: Image, labels: [String], templates: [String] = ZeroShotClassifier.defaultTemplates
  ) throws -> [Classification] {
    try zeroShotClassifier(labels: labels, templates: templates).classify(
      embed(image), top: labels.count)
  }

  /// A classifier of labels, whose vectors are means over the templates (Radford et al. 2021, section
  /// 3.1.4):
  ///
  ///     label = normalise(Σₜ normalise(text(t)) / n)  over the label's n sentences t
  ///
  /// Takes a pass of the text tower for each label and template.
  ///
  /// - Parameters:
  ///   - labels: the classes, in the order in which indices count them.
  ///   - templates: each holds `{}` once, where the label goes.
  /// - Throws: `RequestError` of the kind `.invalidArgument` without labels or templates, or for a
  ///   template without its one `{}`; `.missingCapability` without a text tower.
  public func zeroShotClassifier(
    labels: [String], templates: [String] = ZeroShotClassifier.defaultTemplates
  ) throws -> ZeroShotClassifier {
    try publicly { try makeZeroShotClassifier(labels: labels, templates: templates) }
  }

  private func makeZeroShotClassifier(
    labels: [String], templates: [String]
  ) throws -> ZeroShotClassifier {
    guard !labels.isEmpty else { throw ModelError.invalidInput(reason: "no labels") }
    for template in templates
    where template.split(
      separator: "{}", omittingEmptySubsequences: false
    ).count != 2 {
      throw ModelError.invalidInput(
        reason: "the template \"\(template)\" does not hold {} once; write {} where the label goes")
    }
    guard !templates.isEmpty else { throw ModelError.invalidInput(reason: "no templates") }
    var vectors: [[Float]] = []
    // A batch of few sentences is slow, and one of all of them may be more than memory holds.
    let group = max(1, 64 / templates.count)
    for start in stride(from: 0, to: labels.count, by: group) {
      let prompts = labels[start..<min(start + group, labels.count)].flatMap { label in
        templates.map { $0.replacingLabel(label) }
      }
      let embedded = try embed(texts: prompts, normalized: true)
      for first in stride(from: 0, to: embedded.count, by: templates.count) {
        vectors.append(Self.ensemble(embedded[first..<first + templates.count]))
      }
    }
    return ZeroShotClassifier(
      labels: labels, vectors: vectors, logitScale: plan.logitScale ?? 100,
      logitBias: plan.logitBias)
  }

  /// normalise(Σ vectors / n), of vectors of length 1, as CLIP's notebook does.
  private static func ensemble(_ vectors: ArraySlice<[Float]>) -> [Float] {
    var mean = [Float](repeating: 0, count: vectors.first?.count ?? 0)
    for vector in vectors {
      for index in mean.indices { mean[index] += vector[index] }
    }
    mean.withUnsafeMutableBufferPointer { buffer in
      let scale = 1 / Float(vectors.count)
      for index in buffer.indices { buffer[index] *= scale }
      l2Normalize(buffer.baseAddress!, count: 1, size: buffer.count)
    }
    return mean
  }

  /// A classifier of vectors that were computed before.
  package func zeroShotClassifier(labels: [String], vectors: [[Float]]) -> ZeroShotClassifier {
    ZeroShotClassifier(
      labels: labels, vectors: vectors, logitScale: plan.logitScale ?? 100,
      logitBias: plan.logitBias)
  }

  /// What cosines are multiplied with before the softmax; nil for a model that was not trained
  /// on pairs of images and texts.
  public var logitScale: Float? { plan.logitScale }

  /// What is added to scaled cosines before the sigmoid; nil for a model that was trained by softmax.
  public var logitBias: Float? { plan.logitBias }

  /// The text's ids with start and end, whether it was cut, and the pieces.
  package func tokenize(_ text: String) throws -> Encoding {
    guard let tokenizer = described.tokenizer else { throw missingTextTower }
    return tokenizer.encode(text)
  }

  /// What makes ids of texts; nil without a text tower.
  public var tokenizer: Tokenizer? { described.tokenizer }

  /// `[text][embeddingSize]`, of token ids with start and end, unpadded.
  package func embed(
    ids: [[Int32]], normalized: Bool, trace: Trace? = nil
  ) throws -> [[Float]] {
    guard let tower = plan.textTower else { throw missingTextTower }
    var result: [[Float]] = []
    // Texts of a chunk are packed without padding; the chunk's length bounds the memory.
    for start in stride(from: 0, to: ids.count, by: 64) {
      let chunk = Array(ids[start..<min(start + 64, ids.count)])
      var vectors = try plan.embed(ids: chunk, with: tower, trace: trace)
      if normalized {
        vectors.withUnsafeMutableBufferPointer {
          l2Normalize($0.baseAddress!, count: chunk.count, size: info.embeddingSize)
        }
      }
      result += try rows(vectors, size: info.embeddingSize)
    }
    return result
  }

  package var missingTextTower: ModelError {
    described.description.textRefusal
      ?? .missingCapability(
        name: info.name, needed: "text tower",
        remedy: "texts need a CLIP-style model such as openai/clip-vit-base-patch32")
  }
}

extension String {
  /// This template with the label where `{}` stands.
  fileprivate func replacingLabel(_ label: String) -> String {
    split(separator: "{}", omittingEmptySubsequences: false).joined(separator: label)
  }
}
