import VitModel
import VitTensor

extension Model {
  /// The part that `vit bench` measures, from pixels to the pooled vector; nil for a text tower
  /// alone.
  package var imageTower: VisionTransformer? { loaded.vision }

  /// What linear layers were asked to compute in.
  package var precision: Precision { loaded.precision }
}
