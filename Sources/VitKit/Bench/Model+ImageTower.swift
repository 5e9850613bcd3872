import VitModel

extension Model {
  /// The part that `vit bench` measures: from pixels to the pooled vector.
  package var imageTower: VisionTransformer { loaded.vision }
}
