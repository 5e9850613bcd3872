import CCodecs

/// JPEG through libjpeg: baseline, progressive, arithmetic; gray, colour, CMYK and YCCK.
enum JPEGDecoder {
  static func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions
  ) throws(ImageError) -> DecodedImage {
    try decode(bytes, name: name, options: options, orientation: nil)
  }

  /// - Parameter told: the orientation of the file that the JPEG lies in, which counts before its own.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions,
    orientation told: Orientation?
  ) throws(ImageError) -> DecodedImage {
    let scans = Int32(clamping: max(options.limits.progressiveScans, 1))
    guard
      let decoder = codec_jpeg_create(
        bytes.bindMemory(to: UInt8.self).baseAddress!, bytes.count, options.allowsTruncated, scans)
    else {
      throw .outOfMemory(name: name)
    }
    defer { codec_jpeg_destroy(decoder) }
    func failure(_ status: codec_status) -> ImageError {
      PixelAssembly.error(
        status, report: codec_jpeg_report(decoder).pointee, name: name, format: .jpeg,
        limits: options.limits)
    }

    var header = codec_jpeg_header()
    let status = codec_jpeg_read_header(decoder, &header)
    guard status == CODEC_OK else {
      throw failure(status)
    }
    try PixelAssembly.checkSize(
      width: header.width, height: header.height, limits: options.limits, name: name,
      format: .jpeg)

    let metadata = JPEGMetadata(bytes)
    if let marker = metadata.strayMarker, !options.allowsTruncated {
      throw .corrupt(
        name: name, format: .jpeg, reason: "no segment begins with marker \(marker)")
    }
    let orientation =
      options.appliesOrientation ? told ?? metadata.orientation ?? .upright : .upright
    if let resize = options.reducedFor {
      let upright = orientation.size(width: Int(header.width), height: Int(header.height))
      let eighths = ReducedScale.eighths(
        width: upright.width, height: upright.height, for: resize)
      if eighths < 8 {
        let status = codec_jpeg_reduce(
          decoder, UInt32(eighths), &header.width, &header.height)
        guard status == CODEC_OK else { throw failure(status) }
      }
    }
    let width = Int(header.width)
    let height = Int(header.height)
    let outcome = PixelAssembly.assemble(width: width, height: height, orientation: orientation) {
      codec_jpeg_read_rows(decoder, $0, $1, &$2)
    }
    let report = codec_jpeg_report(decoder).pointee
    var warnings = PixelAssembly.warnings(report)
    if outcome.status != CODEC_OK {
      let error = failure(outcome.status)
      guard options.allowsTruncated, outcome.rows > 0, error.isDamage else {
        throw error
      }
      warnings.append(
        outcome.rows < height
          ? PixelAssembly.breakOff(after: outcome.rows, of: height)
          : "the file is damaged behind the image data")
    }
    let size = orientation.size(width: width, height: height)
    return DecodedImage(
      image: Image(unchecked: outcome.pixels, width: size.width, height: size.height),
      format: .jpeg, orientation: orientation, warnings: warnings)
  }
}

extension ImageError {
  /// Whether the data is incomplete or damaged, which `DecodeOptions.allowsTruncated` forgives.
  var isDamage: Bool {
    switch self {
    case .truncated, .corrupt: true
    default: false
    }
  }
}
