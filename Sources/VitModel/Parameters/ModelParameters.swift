/// The arrays of a whole model: its towers and what stands behind them.
package struct ModelParameters<Array: Sendable>: Sendable {
  package var image: ImageTowerParameters<Array>?
  /// From the pooled vector to the embedding, in order; empty where the pooled vector is it.
  package var imageProjection: [LinearParameters<Array>] = []
  package var classifier: LinearParameters<Array>?
  /// The second head of a distilled model, on the distillation token.
  package var distillationClassifier: LinearParameters<Array>?
  package var text: TextTowerParameters<Array>?
  package var textProjection: LinearParameters<Array>?
  /// The logarithm of what cosines are multiplied with, a single number.
  package var logitScale: Array?
  /// Added to the scaled cosines, a single number.
  package var logitBias: Array?

  package init() {}

  package func map<Other>(_ transform: (Array) throws -> Other) rethrows -> ModelParameters<Other> {
    var result = ModelParameters<Other>()
    result.image = try image?.map(transform)
    result.imageProjection = try imageProjection.map { try $0.map(transform) }
    result.classifier = try classifier?.map(transform)
    result.distillationClassifier = try distillationClassifier?.map(transform)
    result.text = try text?.map(transform)
    result.textProjection = try textProjection?.map(transform)
    result.logitScale = try logitScale.map(transform)
    result.logitBias = try logitBias.map(transform)
    return result
  }

  /// All arrays, in the order in which the formula meets them.
  package var arrays: [Array] {
    var arrays: [Array] = []
    _ = map { arrays.append($0) }
    return arrays
  }

  /// The weights that the layout stores as `[input, output]`.
  package var transposedWeights: [Array] {
    (imageProjection + [textProjection].compactMap { $0 }).filter(\.isTransposed).map(\.weight)
  }
}
