/// What of a model is wanted.
package struct ModelRequest: Sendable {
  package var towers: Towers
  /// Nil for the averaged weights where there are some.
  package var weights: WeightsChoice?
  /// Of a folder in two layouts the one that takes texts, also for images, so that the vectors of both
  /// can be compared.
  package var prefersTexts: Bool
  /// Images of another size than the model's, with interpolated positions.
  package var interpolatesPositions: Bool

  package init(
    towers: Towers = .all, weights: WeightsChoice? = nil, prefersTexts: Bool = false,
    interpolatesPositions: Bool = false
  ) {
    self.towers = towers
    self.weights = weights
    self.prefersTexts = prefersTexts
    self.interpolatesPositions = interpolatesPositions
  }
}
