/// The grid that a timm tower's position table is for, and whether the table has rows for the tokens
/// before the patches.
struct TimmPositionGrid {
  enum Guess { case likely, unlikely }

  let height: Int
  let width: Int
  let coversPrefix: Bool
  /// Pixels; the configuration's, or those of the table's grid where it says nothing.
  let imageHeight: Int
  let imageWidth: Int

  init(
    rows: Int, prefix: Int, patchSize: Int, image: (height: Int, width: Int)?,
    coversPrefix guess: Guess, name: String
  ) throws {
    let guesses = guess == .likely ? [true, false] : [false, true]
    // A size that the configuration gives may be not square; it must then fit the rows.
    if let image {
      let (height, width) = (image.height / patchSize, image.width / patchSize)
      for covers in guesses {
        let (patches, overflow) = height.multipliedReportingOverflow(by: width)
        guard !overflow, patches == rows - (covers ? prefix : 0) else { continue }
        (self.height, self.width, coversPrefix) = (height, width, covers)
        (imageHeight, imageWidth) = image
        return
      }
    }
    // Otherwise the table was made for another size than the configuration's: timm resizes a square
    // one as it loads.
    for covers in guesses {
      let patches = rows - (covers ? prefix : 0)
      let side = Int(Double(max(patches, 0)).squareRoot().rounded())
      if side > 0, side * side == patches {
        (height, width, coversPrefix) = (side, side, covers)
        (imageHeight, imageWidth) = image ?? (side * patchSize, side * patchSize)
        return
      }
    }
    throw ModelError.invalidConfiguration(
      name: name,
      reason: "pos_embed has \(rows) rows, which is no square grid of patches with or without "
        + "\(prefix) rows for the other tokens")
  }
}
