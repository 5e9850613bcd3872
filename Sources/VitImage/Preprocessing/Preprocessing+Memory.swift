extension Preprocessing {
  /// The bytes that `pixels(_:)` takes at its highest beside an image of that size, its result
  /// included; those of what is refused are little.
  package func memory(width: Int, height: Int) -> Int {
    guard let cropping = croppingMemory(width: width, height: height) else { return 0 }
    // The cropped image is there until its numbers are.
    return max(cropping.working, cropping.result / 3 * MemoryLayout<Float>.size * 3)
      + cropping.result
  }

  /// As `memory`, of `croppedImage(_:)`, whose `result` takes so many bytes, and what is made of it
  /// `perPixel` of each.
  package func croppedMemory(width: Int, height: Int, perPixel: Int) -> Int {
    guard let cropping = croppingMemory(width: width, height: height) else { return 0 }
    return max(cropping.working, cropping.result / 3 * perPixel) + cropping.result
  }

  /// Bytes of the cropped image, and those that are needed beside it until it is there; nil where the
  /// image is refused.
  private func croppingMemory(width: Int, height: Int) -> (result: Int, working: Int)? {
    let size = resize.size(width: width, height: height)
    let columns = crop?.window(size: size.width, crop: crop!.width).kept ?? 0..<size.width
    let rows = crop?.window(size: size.height, crop: crop!.height).kept ?? 0..<size.height
    let result = (width: crop?.width ?? size.width, height: crop?.height ?? size.height)
    func isAllowed(_ width: Int, _ height: Int) -> Bool {
      (try? PreprocessingError.checkSize(width: width, height: height)) != nil
    }
    guard isAllowed(columns.count, rows.count), isAllowed(result.width, result.height) else {
      return nil
    }
    let operation = ResizeOperation(
      sourceWidth: width, sourceHeight: height, width: size.width, height: size.height,
      columns: columns, rows: rows, filter: filter)
    let isPadded = result.width != columns.count || result.height != rows.count
    let window = isPadded ? columns.count * rows.count * 3 : 0
    return (result.width * result.height * 3, operation.workingBytes + window)
  }
}
