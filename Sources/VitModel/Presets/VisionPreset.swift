import VitTensor

/// The usual sizes of image towers (Dosovitskiy et al. 2020, table 1; Touvron et al. 2021 for the
/// two small ones; Radford et al. 2021 for patches of 14), for an image of 224 × 224.
///
/// They have no checkpoint: their weights are random, from a fixed hash, for measuring speed.
package enum VisionPreset: String, Sendable, CaseIterable {
  case tiny = "vit-tiny"
  case small = "vit-small"
  case base32 = "vit-base-32"
  case base16 = "vit-base-16"
  case large14 = "vit-large-14"

  package var configuration: VisionConfiguration {
    let (patchSize, width, depth, heads) =
      switch self {
      case .tiny: (16, 192, 12, 3)
      case .small: (16, 384, 12, 6)
      case .base32: (32, 768, 12, 12)
      case .base16: (16, 768, 12, 12)
      case .large14: (14, 1024, 24, 16)
      }
    return VisionConfiguration(
      imageHeight: 224, imageWidth: 224, patchSize: patchSize, width: width, depth: depth,
      heads: heads, mlpSize: 4 * width, activation: .geluErf, epsilon: 1e-6)
  }

  /// The tower, made in memory.
  package func imageTower(precision: Precision) -> VisionTransformer {
    VisionTransformer(configuration, weights: HashedWeights(), precision: precision)
  }
}

extension VisionTransformer {
  /// A tower of the plain kind: a class token, biases everywhere, a final norm.
  init(_ configuration: VisionConfiguration, weights: HashedWeights, precision: Precision) {
    var weights = weights
    let width = configuration.width
    let encoder = weights.encoder(
      depth: configuration.depth, width: width, heads: configuration.heads,
      mlpSize: configuration.mlpSize, activation: configuration.activation,
      epsilon: configuration.epsilon, causal: false, precision: precision)
    let patchProjection = weights.linear(
      output: width, input: configuration.patchElements, precision: precision)
    self.init(
      configuration: configuration,
      patchEmbedding: PatchEmbedding(
        projection: patchProjection, patchSize: configuration.patchSize),
      prefixTokens: weights.values(configuration.prefixTokens * width),
      positions: PositionEmbedding(
        table: weights.values((configuration.prefixTokens + configuration.patches) * width),
        prefixRows: configuration.prefixTokens, gridHeight: configuration.gridHeight,
        gridWidth: configuration.gridWidth, width: width,
        interpolation: configuration.interpolation),
      normBeforeBlocks: nil, encoder: encoder,
      finalNorm: weights.layerNorm(size: width, epsilon: configuration.epsilon), pooledNorm: nil)
  }
}
