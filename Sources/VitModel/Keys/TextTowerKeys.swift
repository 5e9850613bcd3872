import VitCheckpoint

/// Where a layout keeps the tensors of a text tower, relative to the tower's scope.
struct TextTowerKeys: Sendable {
  /// Full names.
  let tokenEmbedding: String
  let positions: String
  /// Without `.weight` and `.bias`.
  let finalNorm: String
  /// The scope of block i is this and the number.
  let blocks: String
  let block: BlockKeys
}

extension ParameterReader {
  /// A text tower, found in this scope.
  func textTower(
    _ keys: TextTowerKeys, _ configuration: TextTowerConfiguration
  ) throws -> TextTowerParameters<Parameter> {
    let width = configuration.width
    guard configuration.positionRows > 0 else {
      throw ModelError.invalidConfiguration(
        name: path, reason: "\(fullName(keys.positions)) has no rows")
    }
    return TextTowerParameters(
      tokenEmbedding: try parameter(
        keys.tokenEmbedding, [configuration.vocabularySize, width]),
      positions: try table(keys.positions, rows: configuration.positionRows, size: width),
      blocks: try (0..<configuration.depth).map {
        try scope("\(keys.blocks)\($0)").block(keys.block, configuration.block)
      },
      finalNorm: try norm(keys.finalNorm, size: width))
  }
}
