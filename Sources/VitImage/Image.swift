/// An upright 8-bit RGB image.
///
/// Pixels are stored row by row from the top left corner, three bytes (red, green, blue) a pixel,
/// without padding. Both sides are at least 1.
public struct Image: Sendable, Equatable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// `height * width * 3` bytes.
  public let pixels: [UInt8]

  /// An image from RGB8 bytes without padding.
  ///
  /// - Throws: `ImageError.invalidPixels` unless both sides are positive and there are exactly
  ///   `width * height * 3` bytes.
  public init(width: Int, height: Int, pixels: [UInt8]) throws {
    let count = try Image.byteCount(width: width, height: height)
    guard pixels.count == count else {
      throw ImageError.invalidPixels(
        "\(width) x \(height) RGB pixels are \(count) bytes, but there are \(pixels.count)")
    }
    self.init(unchecked: pixels, width: width, height: height)
  }

  /// An image from a buffer of RGB8 rows that start `bytesPerRow` bytes apart.
  ///
  /// - Throws: `ImageError.invalidPixels` unless both sides are positive, a row fits into
  ///   `bytesPerRow` and all rows lie within the buffer (padding after the last may be missing).
  public init(width: Int, height: Int, rgb: UnsafeRawBufferPointer, bytesPerRow: Int) throws {
    let count = try Image.byteCount(width: width, height: height)
    let rowBytes = width * 3
    guard bytesPerRow >= rowBytes else {
      throw ImageError.invalidPixels(
        "a row of \(width) RGB pixels is \(rowBytes) bytes, more than bytesPerRow \(bytesPerRow)")
    }
    let (start, overflow) = (height - 1).multipliedReportingOverflow(by: bytesPerRow)
    guard !overflow, start <= rgb.count, rgb.count - start >= rowBytes else {
      throw ImageError.invalidPixels(
        "\(height) rows of \(bytesPerRow) bytes do not fit into a buffer of \(rgb.count)")
    }
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      for row in 0..<height {
        UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[
            (row * rowBytes)..<((row + 1) * rowBytes)]
        ).copyMemory(
          from: UnsafeRawBufferPointer(
            rebasing: rgb[(row * bytesPerRow)..<(row * bytesPerRow + rowBytes)]))
      }
      initializedCount = count
    }
    self.init(unchecked: pixels, width: width, height: height)
  }

  /// An image whose byte count the caller guarantees.
  package init(unchecked pixels: [UInt8], width: Int, height: Int) {
    assert(pixels.count == width * height * 3)
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// `width * height * 3`.
  ///
  /// - Throws: `ImageError.invalidPixels` where a side is not positive or the product overflows.
  package static func byteCount(width: Int, height: Int) throws(ImageError) -> Int {
    guard width > 0, height > 0 else {
      throw .invalidPixels("an image of \(width) x \(height) pixels is empty")
    }
    let (area, areaOverflow) = width.multipliedReportingOverflow(by: height)
    let (count, overflow) = area.multipliedReportingOverflow(by: 3)
    guard !areaOverflow, !overflow else {
      throw .invalidPixels("an image of \(width) x \(height) pixels is too large")
    }
    return count
  }
}
