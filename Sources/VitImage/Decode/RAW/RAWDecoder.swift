/// A camera's raw file, of which the largest JPEG preview is decoded.
enum RAWDecoder {
  static func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions
  ) throws(ImageError) -> DecodedImage {
    var window = ByteWindow(bytes)
    let raw = try RAWImage(&window, name: name)
    let preview = try JPEGDecoder.decode(
      UnsafeRawBufferPointer(rebasing: bytes[raw.preview.range]), name: name, options: options,
      orientation: raw.orientation)
    let note =
      "camera raw file; its JPEG preview of \(raw.preview.width) x \(raw.preview.height) is used"
    return DecodedImage(
      image: preview.image, format: .raw, orientation: preview.orientation,
      warnings: [note] + preview.warnings)
  }
}
