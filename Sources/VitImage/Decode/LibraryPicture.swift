import CCodecs

/// Decoding through a library that is looked up when it is first needed (`codec_picture`).
enum LibraryPicture {
  /// - Parameters:
  ///   - bytes: what the library gets: the file, or the part of it that holds the picture.
  ///   - orientation: of the pixels as the library gives them.
  ///   - warnings: what was odd already.
  ///   - create: makes the picture, or nil where there is no memory.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, format: ImageFormat, options: DecodeOptions,
    orientation: Orientation, warnings: [String] = [],
    create: (UnsafePointer<codec_picture_source>) -> OpaquePointer?
  ) throws(ImageError) -> DecodedImage {
    var source = source(bytes, options)
    guard let picture = create(&source) else { throw .outOfMemory(name: name) }
    defer { codec_picture_destroy(picture) }
    func failure(_ status: codec_status) -> ImageError {
      PixelAssembly.error(
        status, report: codec_picture_report(picture).pointee, name: name, format: format,
        limits: options.limits)
    }
    var storedWidth: UInt32 = 0
    var storedHeight: UInt32 = 0
    let status = codec_picture_read_header(picture, &storedWidth, &storedHeight)
    guard status == CODEC_OK else { throw failure(status) }
    try PixelAssembly.checkSize(
      width: storedWidth, height: storedHeight, limits: options.limits, name: name, format: format)
    let width = Int(storedWidth)
    let height = Int(storedHeight)
    let applied = options.appliesOrientation ? orientation : .upright
    let outcome = PixelAssembly.assemble(width: width, height: height, orientation: applied) {
      codec_picture_read_rows(picture, $0, $1, &$2)
    }
    var warnings = warnings + PixelAssembly.warnings(codec_picture_report(picture).pointee)
    if outcome.status != CODEC_OK {
      let error = failure(outcome.status)
      guard options.allowsTruncated, outcome.rows > 0, error.isDamage else { throw error }
      warnings.append(PixelAssembly.breakOff(after: outcome.rows, of: height))
    }
    let size = applied.size(width: width, height: height)
    return DecodedImage(
      image: Image(unchecked: outcome.pixels, width: size.width, height: size.height),
      format: format, orientation: applied, warnings: warnings)
  }

  private static func source(
    _ bytes: UnsafeRawBufferPointer, _ options: DecodeOptions
  ) -> codec_picture_source {
    var source = codec_picture_source()
    source.bytes = bytes.bindMemory(to: UInt8.self).baseAddress
    source.byte_count = bytes.count
    source.alpha = options.background.alpha
    let color = options.background.color
    source.background = (color[0], color[1], color[2])
    source.allow_truncated = options.allowsTruncated
    source.maximum_pixels = UInt64(clamping: options.limits.pixels)
    return source
  }
}
