import VitSystem

/// What a model wants done to an image: resize, crop or pad, rescale and normalise, in this order.
///
/// Pixels before normalisation equal those of the reference on its Pillow path to the bit, and so
/// do the normalised ones.
public struct Preprocessing: Sendable, Equatable {
  public let resize: ResizePolicy
  public let filter: ResampleFilter
  /// Nil where the resized image is taken whole.
  public let crop: CenterCrop?
  public let normalization: Normalization
  /// The settings that the model's files leave open, by the files' names for them; they come from
  /// the default of the model's family.
  public let defaultedFields: [String]

  public init(
    resize: ResizePolicy, filter: ResampleFilter, crop: CenterCrop?,
    normalization: Normalization, defaultedFields: [String] = []
  ) {
    self.resize = resize
    self.filter = filter
    self.crop = crop
    self.normalization = normalization
    self.defaultedFields = defaultedFields
  }

  /// The size of the result for a source of that size.
  public func outputSize(width: Int, height: Int) -> (width: Int, height: Int) {
    if let crop { return (crop.width, crop.height) }
    return resize.size(width: width, height: height)
  }

  /// The width of every result; nil where it depends on the image.
  public var width: Int? { fixedSize?.width }

  /// The height of every result; nil where it depends on the image.
  public var height: Int? { fixedSize?.height }

  private var fixedSize: (width: Int, height: Int)? {
    if let crop { return (crop.width, crop.height) }
    if case .exact(let width, let height) = resize { return (width, height) }
    return nil
  }

  /// The image after resize and crop, before normalisation.
  ///
  /// - Throws: `InputError` of the kind `.tooLarge` where the image is so long that its resized form
  ///   exceeds the limits.
  public func croppedImage(_ image: Image) throws(InputError) -> Image {
    try PreprocessingError.publicly { try cropped(image) }
  }

  /// As `croppedImage(_:)`, with the errors of this module.
  func cropped(_ image: Image) throws -> Image {
    let size = resize.size(width: image.width, height: image.height)
    guard let crop else {
      return try image.resized(
        width: size.width, height: size.height, columns: 0..<max(size.width, 0),
        rows: 0..<max(size.height, 0), filter: filter)
    }
    let columns = crop.window(size: size.width, crop: crop.width)
    let rows = crop.window(size: size.height, crop: crop.height)
    let window = try image.resized(
      width: size.width, height: size.height, columns: columns.kept, rows: rows.kept,
      filter: filter)
    if window.width == crop.width, window.height == crop.height { return window }
    return try crop.padded(window, left: columns.before, top: rows.before)
  }

  /// `[3, height, width]` normalised pixels.
  ///
  /// - Throws: As `croppedImage(_:)`.
  public func pixels(_ image: Image) throws(InputError) -> PixelTensor {
    try PreprocessingError.publicly { try normalized(image) }
  }

  private func normalized(_ image: Image) throws -> PixelTensor {
    let cropped = try cropped(image)
    let count = cropped.width * cropped.height
    return PixelTensor(
      height: cropped.height, width: cropped.width,
      values: try PreprocessingError.memory(
        width: cropped.width, height: cropped.height, count: 3 * count
      ) { normalize(cropped, to: $0.baseAddress!) })
  }

  /// Writes what `pixels(_:)` gives: `3 · height · width` numbers, of `outputSize`.
  package func write(_ image: Image, to target: UnsafeMutablePointer<Float>) throws {
    normalize(try cropped(image), to: target)
  }

  private func normalize(_ image: Image, to target: UnsafeMutablePointer<Float>) {
    image.pixels.withUnsafeBufferPointer {
      normalization.write($0.baseAddress!, count: image.width * image.height, to: target)
    }
  }
}

extension CenterCrop {
  /// The image inside a canvas of the crop's size.
  func padded(_ image: Image, left: Int, top: Int) throws -> Image {
    try PreprocessingError.checkSize(width: width, height: height)
    let count = width * height * 3
    let pixels: [UInt8] = try PreprocessingError.memory(
      width: width, height: height, count: count
    ) { canvas in
      for index in 0..<count {
        canvas[index] = fill[index % 3]
      }
      image.pixels.withUnsafeBufferPointer { source in
        for row in 0..<image.height {
          (canvas.baseAddress! + ((top + row) * width + left) * 3).update(
            from: source.baseAddress! + row * image.width * 3, count: image.width * 3)
        }
      }
    }
    return try Image(width: width, height: height, pixels: pixels)
  }
}
