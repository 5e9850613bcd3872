import VitModel
import VitTensor

/// What `vit bench` measures; nil where the model has no such tower, or it was not loaded.
extension Model {
  /// From pixels to the pooled vector.
  package var imageTower: ImageTowerPlan? { plan.imageTower }

  /// From ids to the pooled vector.
  package var textTower: TextTowerPlan? { plan.textTower }

  /// What linear layers were asked to compute in.
  package var precision: Precision { described.description.precision }
}
