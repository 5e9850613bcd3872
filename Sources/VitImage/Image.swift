import VitSystem

/// An upright 8-bit RGB image.
///
/// Pixels are stored row by row from the top left corner, three bytes (red, green, blue) a pixel,
/// without padding. Both sides are at least 1.
///
/// ```swift
/// let photo = try Image(contentsOf: "photo.jpg")
/// let upload = try Image(bytes: body, name: "upload 17")
/// let frame = try Image(width: 640, height: 480, pixels: camera, layout: .bgra, bytesPerRow: 2560)
/// ```
public struct Image: Sendable, Equatable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// `height * width * 3` bytes.
  public let pixels: [UInt8]

  /// An image from RGB8 bytes without padding.
  ///
  /// - Throws: `InputError.invalid` unless both sides are positive and there are exactly
  ///   `width * height * 3` bytes.
  public init(width: Int, height: Int, pixels: [UInt8]) throws(InputError) {
    let count = try ImageError.publicly { () throws(ImageError) in
      try Image.byteCount(width: width, height: height)
    }
    guard pixels.count == count else {
      throw ImageError.invalidPixels(
        "\(width) x \(height) RGB pixels are \(count) bytes, but there are \(pixels.count)"
      ).asPublic
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
