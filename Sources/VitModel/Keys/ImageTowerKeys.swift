import VitCheckpoint

/// Where a layout keeps the tensors of an image tower, relative to the tower's scope.
package struct ImageTowerKeys: Sendable {
  /// Full names.
  let patchWeight: String
  let patchBias: String
  let classToken: String
  var distillationToken: String?
  var registerTokens: String?
  let positions: String
  /// Without `.weight` and `.bias`.
  var normBeforeBlocks: String?
  var finalNorm: String?
  var pooledNorm: String?
  /// The scope of block i is this and the number.
  let blocks: String
  var block: BlockKeys
}

extension ParameterReader {
  /// An image tower, found in this scope.
  func imageTower(
    _ keys: ImageTowerKeys, _ configuration: ImageTowerConfiguration
  ) throws -> ImageTowerParameters<Parameter> {
    let width = configuration.width
    let patchSize = configuration.patchSize
    func norm(_ isPresent: Bool, _ name: String?) throws -> NormParameters<Parameter>? {
      try isPresent ? name.map { try self.norm($0, size: width) } : nil
    }
    func tokens(_ count: Int, _ name: String?) throws -> Parameter? {
      try count > 0 ? name.map { try table($0, rows: count, size: width) } : nil
    }
    let patchBias = try configuration.hasPatchBias ? parameter(keys.patchBias, [width]) : nil
    return ImageTowerParameters(
      patchEmbedding: LinearParameters(
        weight: try parameter(
          keys.patchWeight, [width, 3, patchSize, patchSize],
          as: [width, configuration.patchElements], isLayer: true),
        bias: patchBias),
      classToken: try tokens(configuration.hasClassToken ? 1 : 0, keys.classToken),
      distillationToken: try tokens(
        configuration.hasDistillationToken ? 1 : 0, keys.distillationToken),
      registerTokens: try tokens(configuration.registerTokens, keys.registerTokens),
      positions: try table(keys.positions, rows: configuration.positionRows, size: width),
      normBeforeBlocks: try norm(configuration.hasNormBeforeBlocks, keys.normBeforeBlocks),
      blocks: try (0..<configuration.depth).map {
        try scope("\(keys.blocks)\($0)").block(keys.block, configuration.block)
      },
      finalNorm: try norm(configuration.hasFinalNorm, keys.finalNorm),
      pooledNorm: try norm(configuration.hasPooledNorm, keys.pooledNorm))
  }
}
