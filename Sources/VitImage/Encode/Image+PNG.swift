import CCodecs
import VitSystem

extension Image {
  /// The image as the bytes of an 8-bit RGB PNG file without metadata.
  ///
  /// - Throws: `RequestError` of the kind `.invalidArgument` where a side is more than PNG allows,
  ///   `.outOfMemory` where there is no memory for it.
  public func pngBytes() throws -> [UInt8] {
    guard width <= Int(Int32.max), height <= Int(Int32.max) else {
      throw tooLargeForPNG
    }
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = pixels.withUnsafeBufferPointer {
      codec_png_encode($0.baseAddress!, UInt32(width), UInt32(height), &bytes, &count)
    }
    guard status == CODEC_OK, let bytes else {
      guard status != CODEC_UNSUPPORTED else { throw tooLargeForPNG }
      throw RequestError(
        .outOfMemory, reason: "not enough memory for a PNG of \(width) x \(height) pixels",
        remedy: "make the image smaller")
    }
    defer { codec_png_free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  private var tooLargeForPNG: RequestError {
    RequestError(
      .invalidArgument, reason: "\(width) x \(height) pixels are more than a PNG can hold",
      remedy: "make the image smaller")
  }
}
