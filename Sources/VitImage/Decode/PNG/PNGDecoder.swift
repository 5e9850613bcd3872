import CCodecs

/// PNG through libpng's row interface: every colour type and depth, palette, transparency,
/// interlacing; of 16 bits the high byte.
enum PNGDecoder {
  static func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions
  ) throws(ImageError) -> DecodedImage {
    let chunks = try PNGChunks(bytes, name: name, options: options)
    try PixelAssembly.checkSize(
      width: chunks.width, height: chunks.height, limits: options.limits, name: name, format: .png)

    return try chunks.shown.withUnsafeBufferPointer { (shown) throws(ImageError) in
      try decode(bytes, chunks: chunks, shown: shown, name: name, options: options)
    }
  }

  private static func decode(
    _ bytes: UnsafeRawBufferPointer, chunks: PNGChunks,
    shown: UnsafeBufferPointer<codec_png_chunk>, name: String, options: DecodeOptions
  ) throws(ImageError) -> DecodedImage {
    guard
      let decoder = codec_png_create(
        bytes.bindMemory(to: UInt8.self).baseAddress!, bytes.count, shown.baseAddress!,
        shown.count, options.background.alpha, options.background.color)
    else {
      throw .outOfMemory(name: name)
    }
    defer { codec_png_destroy(decoder) }
    func failure(_ status: codec_status) -> ImageError {
      PixelAssembly.error(
        status, report: codec_png_report(decoder).pointee, name: name, format: .png,
        limits: options.limits)
    }

    var storedWidth: UInt32 = 0
    var storedHeight: UInt32 = 0
    let status = codec_png_read_header(decoder, &storedWidth, &storedHeight)
    guard status == CODEC_OK else {
      throw failure(status)
    }
    let orientation =
      options.appliesOrientation
      ? chunks.metadata.orientation(textLimit: options.limits.pngTextBytes) ?? .upright
      : .upright
    let width = Int(storedWidth)
    let height = Int(storedHeight)
    let outcome = PixelAssembly.assemble(width: width, height: height, orientation: orientation) {
      codec_png_read_rows(decoder, $0, $1, &$2)
    }
    var warnings = chunks.warnings
    warnings += PixelAssembly.warnings(codec_png_report(decoder).pointee)
    if outcome.status != CODEC_OK {
      let error = failure(outcome.status)
      guard options.allowsTruncated, outcome.rows > 0, error.isDamage else {
        throw error
      }
      warnings.append("the image data breaks off; the rest is black")
    }
    let size = orientation.size(width: width, height: height)
    return DecodedImage(
      image: Image(unchecked: outcome.pixels, width: size.width, height: size.height),
      format: .png, orientation: orientation, warnings: warnings)
  }
}
