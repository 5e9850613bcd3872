import VitTensor

/// The usual sizes of image towers (Dosovitskiy et al. 2020, table 1; Touvron et al. 2021 for the
/// two small ones; Radford et al. 2021 for patches of 14), for an image of 224 × 224.
///
/// They have no checkpoint: their weights are random, from a fixed hash, for measuring speed.
package enum ImagePreset: String, Sendable, CaseIterable {
  case tiny = "vit-tiny"
  case small = "vit-small"
  case base32 = "vit-base-32"
  case base16 = "vit-base-16"
  case large14 = "vit-large-14"

  package var configuration: ImageTowerConfiguration {
    let (patchSize, width, depth, heads) =
      switch self {
      case .tiny: (16, 192, 12, 3)
      case .small: (16, 384, 12, 6)
      case .base32: (32, 768, 12, 12)
      case .base16: (16, 768, 12, 12)
      case .large14: (14, 1024, 24, 16)
      }
    return ImageTowerConfiguration(
      imageHeight: 224, imageWidth: 224, patchSize: patchSize, width: width, depth: depth,
      heads: heads, mlpSize: 4 * width, activation: .geluErf, epsilon: 1e-6)
  }

  /// The tower, its weights made as they are packed.
  package func imageTower(precision: Precision) throws -> ImageTowerPlan {
    try ImageTowerPlan.random(configuration, precision: precision)
  }
}

extension ImageTowerPlan {
  /// A tower of random weights, named as timm names them.
  static func random(
    _ configuration: ImageTowerConfiguration, precision: Precision
  ) throws -> ImageTowerPlan {
    let reader = ParameterReader.declaring()
    let layout = try reader.imageTower(TimmVisionTransformer.keys, configuration)
    return try PlanBuilder(reader.parameters, precision: precision)
      .imageTower(layout, configuration)
  }
}
