import VitOperations

/// A model as its formula: plain operations over its parameters, for holding against the paper, the
/// reference and the plan, and for differentiating. Some hundred times slower than the plan.
package struct ModelFormula {
  private let model: ModelDescription
  private let parameters: ModelParameters<Tensor>

  /// - Parameter watch: What each array becomes before it is used: a tape's `watch` of those with
  ///   respect to which one differentiates.
  /// - Throws: `CheckpointError`; of a converted model too, whose weights are for the kernels alone.
  package init(
    _ model: ModelDescription, watch: (Parameter, Tensor) -> Tensor = { $1 }
  ) throws {
    self.model = model
    parameters = try model.layout.map { watch($0, try model.parameters.tensor($0)) }
  }

  /// The embeddings of images `[n, 3, height, width]`, not normalised, `[n, embedding size]`; nil
  /// without an image tower.
  package func embeddings(images: Tensor, trace: Trace? = nil) -> Tensor? {
    guard let output = imageTower(images, trace) else { return nil }
    let embeddings = projection(
      output.pooled, parameters.imageProjection, activations: model.imageProjectionActivations)
    trace?.record("projected", shape: embeddings.shape, embeddings.values)
    return embeddings
  }

  /// The logits of images `[n, 3, height, width]`, `[n, classes]`; nil without a classifier.
  package func logits(images: Tensor, trace: Trace? = nil) -> Tensor? {
    guard let onClass = parameters.classifier, let output = imageTower(images, trace) else {
      return nil
    }
    let logits = classifier(output, onClass, parameters.distillationClassifier)
    trace?.record("logits", shape: logits.shape, logits.values)
    return logits
  }

  /// The embeddings of captions as ids, not normalised, `[captions, embedding size]`; nil without a
  /// text tower.
  package func embeddings(ids: [[Int32]], trace: Trace? = nil) -> Tensor? {
    guard let configuration = model.text, let tower = parameters.text else { return nil }
    let captions = ids.map { caption in
      let length = configuration.encodedLength(of: caption)
      let padding = Int(configuration.paddingID)
      return (0..<length).map { $0 < caption.count ? Int(caption[$0]) : padding }
    }
    let pooled = textTower(
      captions, pooledPositions: ids.map(configuration.pooledPosition), tower, configuration,
      trace: trace)
    guard let layer = parameters.textProjection else { return pooled }
    let embeddings = projection(pooled, [layer])
    trace?.record("text.projected", shape: embeddings.shape, embeddings.values)
    return embeddings
  }

  private func imageTower(_ images: Tensor, _ trace: Trace?) -> ImageTowerOutput? {
    guard let configuration = model.image, let tower = parameters.image else { return nil }
    return VitModel.imageTower(images, tower, configuration, trace: trace)
  }
}
