extension CompressedImage {
  /// The bytes of memory that an image will take at its highest, told from the headers alone: the
  /// file, and the more of what decoding and what preprocessing needs.
  ///
  /// What is no image, or more than the limits of `options`, costs little: it is refused.
  ///
  /// - Parameter preprocessing: what an upright image of that size takes beside its pixels, the result
  ///   included.
  /// - Throws: `ImageError.unreadable`.
  package func memory(
    _ options: DecodeOptions, preprocessing: (_ width: Int, _ height: Int) -> Int = { _, _ in 0 }
  ) throws(ImageError) -> Int {
    guard byteCount <= options.limits.bytes else { return 0 }
    var window = ByteWindow(self)
    guard let format = try? ImageFormat.detect(&window, name: name),
      let decoding = try format.decodingMemory(of: self, options)
    else { return byteCount }
    // Which way the image lies is not known yet.
    var worst = preprocessing(decoding.width, decoding.height)
    if options.appliesOrientation {
      worst = max(worst, preprocessing(decoding.height, decoding.width))
    }
    let pixels = decoding.width * decoding.height * 3
    return Saturating.sum(byteCount, max(decoding.bytes, Saturating.sum(pixels, worst)))
  }
}

/// What decoding takes beside the file.
struct DecodingMemory {
  /// Of the decoded pixels, as they are stored.
  let width: Int
  let height: Int
  /// At the highest, the pixels included.
  let bytes: Int

  /// What a decoder keeps whatever the image: tables, windows, structures.
  static let decoder = 48 << 10

  /// Pixels whose memory cannot be told, whatever the limits are.
  static let absurdArea = 1 << 48

  /// Width times height; nil where there are none, or more than the limits.
  static func area(_ width: Int, _ height: Int, _ limits: DecodeLimits) -> Int? {
    let area = Saturating.product(width, height)
    return width > 0 && height > 0 && area <= limits.pixels && area < absurdArea ? area : nil
  }

  /// - Parameter working: what the decoder keeps of the image beside its pixels.
  init(width: Int, height: Int, working: Int, _ options: DecodeOptions) {
    self.width = width
    self.height = height
    // The strip through which an image is turned upright.
    let strip =
      options.appliesOrientation
      ? PixelAssembly.stripRows(width: width, height: height) * width * 3 : 0
    bytes = Saturating.sum(working, width * height * 3 + strip + Self.decoder)
  }

  private init(width: Int, height: Int, bytes: Int) {
    (self.width, self.height, self.bytes) = (width, height, bytes)
  }

  /// What the search for an orientation in so many bytes takes: a window of the file, the one before it,
  /// and a copy. It is given back before the pixels are asked for.
  static func metadata(_ bytes: Int) -> Int { 3 * min(bytes, ByteWindow.mostMetadata) }

  /// The same where something was needed before the pixels.
  func atLeast(_ count: Int) -> DecodingMemory {
    DecodingMemory(width: width, height: height, bytes: max(bytes, count))
  }
}
