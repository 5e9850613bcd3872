import VitTensor

/// The convolution of stride P over P×P patches, as a matrix product.
///
/// The weight `[width, 3, P, P]` of the reference is already the `[width, 3·P·P]` matrix; each patch
/// is copied to a row in the same order (channel, row, column).
package struct PatchEmbedding: Sendable {
  let projection: Linear
  let patchSize: Int

  /// Patches of `pixels`, `[3, height, width]`, as rows of `[gridHeight · gridWidth, 3·P·P]`; what
  /// does not fill a patch at the right and bottom is left out, as a convolution does.
  func extractPatches(
    _ pixels: UnsafePointer<Float>, height: Int, width: Int, to rows: UnsafeMutablePointer<Float>
  ) {
    let size = patchSize
    let gridHeight = height / size
    let gridWidth = width / size
    var output = rows
    for gridRow in 0..<gridHeight {
      for gridColumn in 0..<gridWidth {
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
  }
}
