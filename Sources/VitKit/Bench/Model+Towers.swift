import VitModel
import VitTensor

/// What `vit bench` measures; nil where the model has no such tower, or it was not loaded.
extension Model {
  /// From pixels to the pooled vector.
  package var imageTower: VisionTransformer? { loaded.vision }

  /// From ids to the pooled vector.
  package var textTower: TextTransformer? { loaded.text?.tower }

  /// What linear layers were asked to compute in.
  package var precision: Precision { loaded.precision }
}
