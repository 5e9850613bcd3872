import CCodecs

extension Image {
  /// The image as the bytes of an 8-bit RGB PNG file without metadata.
  ///
  /// - Throws: `ImageError.outOfMemory`, or `.invalidPixels` where a side is more than PNG allows.
  public func pngBytes() throws -> [UInt8] {
    guard width <= Int(Int32.max), height <= Int(Int32.max) else {
      throw ImageError.invalidPixels(
        "\(width) x \(height) pixels are more than a PNG can hold")
    }
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = pixels.withUnsafeBufferPointer {
      codec_png_encode($0.baseAddress!, UInt32(width), UInt32(height), &bytes, &count)
    }
    guard status == CODEC_OK, let bytes else {
      guard status != CODEC_UNSUPPORTED else {
        throw ImageError.invalidPixels(
          "\(width) x \(height) pixels are more than a PNG can hold")
      }
      throw ImageError.outOfMemory(name: "PNG output")
    }
    defer { codec_png_free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }
}
