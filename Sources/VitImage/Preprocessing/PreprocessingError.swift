import VitSystem

/// What can be wrong with a preprocessing configuration, or with a size asked for.
package enum PreprocessingError: Error, Equatable {
  /// A side is not positive, or the image would be larger than `maximumPixels`.
  case invalidSize(width: Int, height: Int)
  /// Memory for a resized or cropped image could not be had.
  case outOfMemory(width: Int, height: Int)
  /// A setting of a configuration file makes no sense or is not supported.
  case invalidSetting(file: String, key: String, reason: String)
  /// The file asks for another kind of image processor.
  case unsupportedProcessor(file: String, type: String, supported: [String])

  /// Pixels that a resized or cropped image may have: Pillow's limit for images from files.
  package static let maximumPixels = 178_956_970
  /// The longest side of a resized or cropped image.
  package static let maximumSide = 1 << 20

  static func checkSize(width: Int, height: Int) throws(PreprocessingError) {
    guard width > 0, height > 0, width <= maximumSide, height <= maximumSide,
      width * height <= maximumPixels
    else { throw .invalidSize(width: width, height: height) }
  }
}

extension PreprocessingError: PartedError {
  package var parts: ErrorParts {
    switch self {
    case .invalidSize(let width, let height):
      width < 1 || height < 1
        ? ErrorParts(
          nil, "an image cannot be resized to \(width) x \(height) pixels",
          remedy: "give positive sizes")
        : ErrorParts(
          nil,
          "an image resized to \(width) x \(height) pixels would exceed the limits of "
            + "\(Self.maximumPixels) pixels and \(Self.maximumSide) a side",
          remedy: "ask for a smaller one, or crop a very long image first")
    case .outOfMemory(let width, let height):
      ErrorParts(
        nil, "not enough memory for \(width) x \(height) pixels", remedy: "make the image smaller")
    case .invalidSetting(let file, let key, let reason):
      ErrorParts(
        file, "\(key) \(reason)",
        remedy: "correct the file, or take the one published with the model")
    case .unsupportedProcessor(let file, let type, let supported):
      ErrorParts(
        file, "the image processor \(type) is not supported",
        remedy: "use a model with one of \(supported.joined(separator: ", "))")
    }
  }
}

extension PreprocessingError {
  /// An array for an image of that size, which `body` fills.
  ///
  /// - Throws: `outOfMemory`.
  static func memory<Element: BitwiseCopyable>(
    width: Int, height: Int, count: Int, _ body: (UnsafeMutableBufferPointer<Element>) -> Void
  ) throws -> [Element] {
    do {
      return try InputMemory.array(count: count, body)
    } catch is OutOfMemory {
      throw PreprocessingError.outOfMemory(width: width, height: height)
    }
  }
}
