import VitOperations

/// The rows of a learned table of position embeddings that are for a grid of patches.
package struct PositionEmbedding: Sendable {
  /// `[grid.height · grid.width, width]`
  let patches: Tensor
  let grid: PositionGrid
  let interpolation: PositionInterpolation

  /// The patch rows for a grid, `[height · width, width]`, resized when it is not the trained one.
  func patchRows(_ wanted: PositionGrid) -> [Float] {
    resizedGrid(
      patches, from: (grid.height, grid.width), to: (wanted.height, wanted.width), interpolation
    ).values
  }
}
