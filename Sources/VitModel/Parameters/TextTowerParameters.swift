/// The arrays of a text tower, as `textTower` reads them.
package struct TextTowerParameters<Array: Sendable>: Sendable {
  /// `[vocabulary, width]`
  package var tokenEmbedding: Array
  /// `[positions, width]`
  package var positions: Array
  package var blocks: [BlockParameters<Array>]
  package var finalNorm: NormParameters<Array>

  package func map<Other>(
    _ transform: (Array) throws -> Other
  ) rethrows -> TextTowerParameters<Other> {
    TextTowerParameters<Other>(
      tokenEmbedding: try transform(tokenEmbedding), positions: try transform(positions),
      blocks: try blocks.map { try $0.map(transform) }, finalNorm: try finalNorm.map(transform))
  }
}
