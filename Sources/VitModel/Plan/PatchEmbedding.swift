import VitTensor

/// The convolution of stride P over P×P patches, as a matrix product.
///
/// The weight `[width, 3, P, P]` of the reference is already the `[width, 3·P·P]` matrix; each patch
/// is copied to a row in the same order (channel, row, column).
package struct PatchEmbedding: Sendable {
  let projection: Linear
  let patchSize: Int

  /// One patch of `pixels`, `[3, height, width]`, as `[3·P·P]`. Patches are counted row by row over
  /// the grid; what does not fill one at the right and bottom is left out, as a convolution does.
  func extractPatch(
    _ patch: Int, of pixels: UnsafePointer<Float>, height: Int, width: Int,
    to elements: UnsafeMutablePointer<Float>
  ) {
    let size = patchSize
    let (gridRow, gridColumn) = patch.quotientAndRemainder(dividingBy: width / size)
    var output = elements
    for channel in 0..<3 {
      var source = pixels + (channel * height + gridRow * size) * width + gridColumn * size
      for _ in 0..<size {
        output.update(from: source, count: size)
        output += size
        source += width
      }
    }
  }
}
