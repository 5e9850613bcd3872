import VitModel

extension Model {
  /// The part that `vit bench` measures: from pixels to the pooled vector.
  ///
  /// - Throws: `ModelError.missingCapability` for a text tower alone.
  package var imageTower: VisionTransformer {
    get throws {
      guard let vision = loaded.vision else { throw missingImageTower }
      return vision
    }
  }
}
