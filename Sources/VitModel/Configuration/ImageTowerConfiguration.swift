import VitOperations
import VitTensor

/// The shape and the conventions of an image tower, whatever layout it was read from.
package struct ImageTowerConfiguration: Sendable, Equatable {
  /// Pixels; what preprocessing makes of an image.
  package var imageHeight: Int
  package var imageWidth: Int
  package var patchSize: Int
  package var width: Int
  package var depth: Int
  package var heads: Int
  package var mlpSize: Int
  package var activation: Activation
  package var epsilon: Float
  package var hasClassToken = true
  package var hasDistillationToken = false
  package var registerTokens = 0
  /// The position table has rows for the class, distillation and register tokens too; without
  /// (`no_embed_class`) only for the patches.
  package var positionsCoverPrefix = true
  package var hasPatchBias = true
  package var hasQueryKeyValueBias = true
  /// LayerNorm between the position embedding and the blocks (CLIP's `pre_layrnorm`).
  package var hasNormBeforeBlocks = false
  package var hasLayerScale = false
  /// LayerNorm over all tokens after the blocks.
  package var hasFinalNorm = true
  package var pooling = Pooling.classToken
  /// LayerNorm over the pooled vector (timm's `fc_norm`, CLIP's `post_layernorm`).
  package var hasPooledNorm = false
  package var interpolation = PositionInterpolation.bicubic
  /// The grid that the position table was trained for, where it is not that of the image size.
  package var positionGrid: PositionGrid?

  package var headSize: Int { width / heads }
  package var block: BlockForm {
    BlockForm(
      width: width, norm: .layer(epsilon: epsilon),
      attention: AttentionForm(
        heads: heads, headSize: width / heads, isCausal: false,
        hasQueryKeyValueBias: hasQueryKeyValueBias),
      feedForward: .plain(hiddenSize: mlpSize, activation), hasLayerScale: hasLayerScale)
  }
  package var prefixTokens: Int {
    (hasClassToken ? 1 : 0) + (hasDistillationToken ? 1 : 0) + registerTokens
  }
  package var gridHeight: Int { imageHeight / patchSize }
  package var gridWidth: Int { imageWidth / patchSize }
  package var patches: Int { gridHeight * gridWidth }
  /// The grid that the position table is for.
  package var trainedGrid: PositionGrid {
    positionGrid ?? PositionGrid(height: gridHeight, width: gridWidth)
  }
  /// Rows of the position table.
  package var positionRows: Int {
    (positionsCoverPrefix ? prefixTokens : 0) + trainedGrid.height * trainedGrid.width
  }

  /// So many tokens from the first on are all that pooling reads; nil where it reads every token.
  var pooledTokens: Int? {
    switch pooling {
    case .classToken: hasDistillationToken ? 2 : 1
    case .classAndDistillation: 2
    case .averageOfPatches, .averageOfAll: nil
    }
  }
  package var patchElements: Int { 3 * patchSize * patchSize }

  /// Checks what later code divides by and multiplies, so that no file can make it trap.
  package func validated(name: String) throws -> ImageTowerConfiguration {
    func check(_ condition: Bool, _ reason: @autoclosure () -> String) throws {
      guard condition else { throw ModelError.invalidConfiguration(name: name, reason: reason()) }
    }
    let limit = 1 << 20
    for (label, value) in [
      ("image height", imageHeight), ("image width", imageWidth), ("patch size", patchSize),
      ("width", width), ("depth", depth), ("number of heads", heads), ("MLP size", mlpSize),
    ] {
      try check(
        value > 0 && value <= limit, "the \(label) is \(value); it must be 1 to \(limit)")
    }
    try check(depth <= 4096, "the depth is \(depth); it must be 1 to 4096")
    try check(patchSize <= 4096, "the patch size is \(patchSize); it must be 1 to 4096")
    try check(
      width % heads == 0, "the width \(width) is not divisible by the \(heads) attention heads")
    try check(
      imageHeight >= patchSize && imageWidth >= patchSize,
      "an image of \(imageWidth)×\(imageHeight) has no whole patch of \(patchSize)×\(patchSize)")
    try check(
      patches <= 1 << 16,
      "an image of \(imageWidth)×\(imageHeight) has \(patches) patches; 65,536 are the most")
    try check(
      registerTokens >= 0 && registerTokens <= 4096,
      "the number of register tokens is \(registerTokens)")
    try check(epsilon.isFinite && epsilon >= 0, "the norm epsilon is \(epsilon)")
    return self
  }
}
