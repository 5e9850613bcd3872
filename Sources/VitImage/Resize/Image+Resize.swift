import VitSystem

extension Image {
  /// The image in another size, equal to the bit to `Image.resize` of Pillow 13.0.0 for RGB.
  ///
  /// - Parameters:
  ///   - width: Pixels, at least 1.
  ///   - height: Pixels, at least 1.
  ///   - filter: Antialiased where the image is reduced, but for `nearest`.
  /// - Throws: `RequestError` of the kind `.invalidArgument` where a side is not positive or the result
  ///   has more than 178,956,970 pixels, `.outOfMemory` where there is no memory for it.
  public func resized(width: Int, height: Int, filter: ResampleFilter) throws -> Image {
    do {
      return try resized(
        width: width, height: height, columns: 0..<max(width, 0), rows: 0..<max(height, 0),
        filter: filter)
    } catch let error as PreprocessingError {
      var problem = RequestError.Problem.invalidArgument
      if case .outOfMemory = error { problem = .outOfMemory }
      throw RequestError(problem, error)
    }
  }

  /// The window `rows` × `columns` of the resized image. Only what the window needs is computed.
  func resized(
    width: Int, height: Int, columns: Range<Int>, rows: Range<Int>, filter: ResampleFilter
  ) throws -> Image {
    try PreprocessingError.checkSize(width: columns.count, height: rows.count)
    precondition(columns.upperBound <= width && rows.upperBound <= height)
    if width == self.width, height == self.height, columns.count == width, rows.count == height {
      return self
    }
    let operation = ResizeOperation(
      sourceWidth: self.width, sourceHeight: self.height, width: width, height: height,
      columns: columns, rows: rows, filter: filter)
    do {
      return try Image(
        width: columns.count, height: rows.count,
        pixels: pixels.withUnsafeBufferPointer { try operation($0) })
    } catch is OutOfMemory {
      throw PreprocessingError.outOfMemory(width: width, height: height)
    }
  }
}
