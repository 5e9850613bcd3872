/// A table of position embeddings for another grid of patches, as one for images of another size; a
/// sequence of text positions is a grid of width 1. With fixed matrices H and V, the weights of
/// `PositionInterpolation` along the grid's rows and along its columns:
///
///     forward    y = (V ⊗ H) x
///     backward   ∂x = (Vᵀ ⊗ Hᵀ) ∂y
///
/// - Parameters:
///   - table: `[height · width, channels]` of the source grid, row after row.
///   - source: Its height and width, at least 1.
///   - target: At least 1.
/// - Returns: `[height · width, channels]` of the target grid; the table itself where the grids are
///   the same.
package func resizedGrid(
  _ table: Tensor, from source: (height: Int, width: Int), to target: (height: Int, width: Int),
  _ interpolation: PositionInterpolation
) -> Tensor {
  precondition(
    table.isMatrix && table.rowCount == source.height * source.width
      && min(source.height, source.width, target.height, target.width) > 0,
    "grid resizing: a table \(table.shape) from \(source) to \(target)")
  if source == target { return table }
  let channels = table.width
  let horizontal = interpolation.weights(from: source.width, to: target.width)
  let vertical = interpolation.weights(from: source.height, to: target.height)
  // An axis that keeps its size keeps its numbers, also those that a product with 0 would change.
  let widened =
    source.width == target.width
    ? table : horizontal.applied(to: table, outer: source.height, inner: channels)
  let resized =
    source.height == target.height
    ? widened : vertical.applied(to: widened, outer: 1, inner: target.width * channels)
  return resized.view(shape: [target.height * target.width, channels])
    .recorded(as: "grid resizing", from: [table]) { gradient in
      [resizedGridBackward(gradient, horizontal: horizontal, vertical: vertical)]
    }
}

private func resizedGridBackward(
  _ gradient: Tensor, horizontal: AxisWeights, vertical: AxisWeights
) -> Tensor {
  let channels = gradient.width
  let targetWidth = horizontal.taps.count
  let narrowed = vertical.transposed.applied(
    to: gradient, outer: 1, inner: targetWidth * channels)
  return horizontal.transposed.applied(to: narrowed, outer: vertical.inputSize, inner: channels)
}
