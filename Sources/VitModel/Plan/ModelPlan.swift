import VitSystem
import VitTensor

/// What inference runs: the towers and heads of a model, packed for the kernels. Immutable.
package struct ModelPlan: Sendable {
  package let imageTower: ImageTowerPlan?
  /// From the pooled vector to the embedding; nil where the pooled vector is it.
  package let imageProjection: ProjectionPlan?
  package let classifier: ClassifierPlan?
  package let textTower: TextTowerPlan?
  package let textProjection: ProjectionPlan?
  /// What cosines are multiplied with before the softmax: exp(logit scale).
  package let logitScale: Float?
  /// Added to the scaled cosines.
  package let logitBias: Float?

  /// Reads and packs the weights.
  ///
  /// - Throws: `CheckpointError`, naming the file.
  package init(_ model: ModelDescription) throws {
    try self.init(model, builder: PlanBuilder(model.parameters, precision: model.precision))
  }

  init(_ model: ModelDescription, builder: PlanBuilder) throws {
    let layout = model.layout
    func number(_ parameter: Parameter?) throws -> Float? {
      try parameter.map { try model.parameters.values($0)[0] }
    }
    if let image = model.image, let parameters = layout.image {
      imageTower = try builder.imageTower(parameters, image)
    } else {
      imageTower = nil
    }
    imageProjection = try builder.projection(
      layout.imageProjection, activations: model.imageProjectionActivations)
    classifier = try layout.classifier.map { classifier in
      ClassifierPlan(
        classifier: try builder.linear(classifier, precision: .float32),
        distillationClassifier: try layout.distillationClassifier.map {
          try builder.linear($0, precision: .float32)
        })
    }
    if let text = model.text, let parameters = layout.text {
      textTower = try builder.textTower(parameters, text)
    } else {
      textTower = nil
    }
    textProjection = try builder.projection(
      layout.textProjection.map { [$0] } ?? [], activations: [])
    logitScale = try number(layout.logitScale).map { Float(exponential(Double($0))) }
    logitBias = try number(layout.logitBias) ?? (model.hasLogitBias ? 0 : nil)
  }

  /// `[captions, embedding size]`, not normalised, of captions as ids; the model has a text tower.
  package func embed(
    ids: [[Int32]], with tower: TextTowerPlan, trace: Trace? = nil
  ) throws -> [Float] {
    let pooled = try tower.encode(ids, trace: trace)
    guard let textProjection else { return pooled }
    let projected = textProjection.apply(pooled)
    trace?.record("text.projected", shape: [ids.count, textProjection.outputSize], projected)
    return projected
  }
}

extension PlanBuilder {
  /// Nil for no layers.
  fileprivate func projection(
    _ layers: [LinearParameters<Parameter>], activations: [Activation]
  ) throws -> ProjectionPlan? {
    if layers.isEmpty { return nil }
    return ProjectionPlan(
      layers: try layers.enumerated().map { index, layer in
        (
          linear: try linear(layer, precision: .float32),
          activation: index < activations.count ? activations[index] : .identity
        )
      })
  }
}
