/// A learned table of position embeddings: `prefix` rows of the special tokens, then a grid.
package struct PositionEmbedding: Sendable {
  /// `[prefixRows + gridHeight · gridWidth, width]`.
  let table: [Float]
  let prefixRows: Int
  let gridHeight: Int
  let gridWidth: Int
  let width: Int
  let interpolation: PositionInterpolation

  /// The patch rows for a grid, resized when it is not the one of the table.
  func patchRows(gridHeight: Int, gridWidth: Int) -> ArraySlice<Float> {
    let rows = table[(prefixRows * width)...]
    if gridHeight == self.gridHeight && gridWidth == self.gridWidth { return rows }
    return interpolation.resize(
      Array(rows), width: width, from: (self.gridHeight, self.gridWidth),
      to: (gridHeight, gridWidth))[...]
  }
}
