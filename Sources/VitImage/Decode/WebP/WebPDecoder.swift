import CCodecs

/// WebP through libwebp: lossy, lossless, with transparency, and of an animation the first frame.
enum WebPDecoder {
  static func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions
  ) throws(ImageError) -> DecodedImage {
    var window = ByteWindow(bytes)
    let container = try WebPContainer(&window, name: name)
    if let missing = container.missing, !options.allowsTruncated {
      throw .truncated(name: name, format: .webp, reason: missing)
    }
    var frame = codec_webp_frame(
      canvas_width: UInt32(container.width), canvas_height: UInt32(container.height),
      width: UInt32(container.frameWidth), height: UInt32(container.frameHeight),
      left: UInt32(container.left), top: UInt32(container.top), has_alpha: container.hasAlpha)
    return try LibraryPicture.decode(
      UnsafeRawBufferPointer(rebasing: bytes[container.frame]), name: name, format: .webp,
      options: options, orientation: try container.orientation(&window),
      warnings: container.missing.map { [$0] } ?? []
    ) { codec_webp_create($0, &frame) }
  }
}
