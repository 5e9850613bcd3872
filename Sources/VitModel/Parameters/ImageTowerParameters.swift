/// The arrays of an image tower, as `imageTower` reads them.
package struct ImageTowerParameters<Array: Sendable>: Sendable {
  /// `[width, 3 · P · P]`: the convolution's weight `[width, 3, P, P]` as a matrix.
  package var patchEmbedding: LinearParameters<Array>
  /// `[1, width]`
  package var classToken: Array?
  /// `[1, width]`
  package var distillationToken: Array?
  /// `[registers, width]`
  package var registerTokens: Array?
  /// `[prefix + patches, width]`, or without the prefix (`ImageTowerConfiguration.positionsCoverPrefix`).
  package var positions: Array
  package var normBeforeBlocks: NormParameters<Array>?
  package var blocks: [BlockParameters<Array>]
  package var finalNorm: NormParameters<Array>?
  package var pooledNorm: NormParameters<Array>?

  package func map<Other>(
    _ transform: (Array) throws -> Other
  ) rethrows -> ImageTowerParameters<Other> {
    ImageTowerParameters<Other>(
      patchEmbedding: try patchEmbedding.map(transform), classToken: try classToken.map(transform),
      distillationToken: try distillationToken.map(transform),
      registerTokens: try registerTokens.map(transform), positions: try transform(positions),
      normBeforeBlocks: try normBeforeBlocks?.map(transform),
      blocks: try blocks.map { try $0.map(transform) }, finalNorm: try finalNorm?.map(transform),
      pooledNorm: try pooledNorm?.map(transform))
  }
}
