import VitSystem

/// BMP, of Windows and OS/2: palettes of 1, 4 and 8 bits, also run-length compressed, 16, 24 and 32 bits,
/// and alpha where bit fields say so. Pixels are Pillow's.
enum BMPDecoder {
  static func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions
  ) throws(ImageError) -> DecodedImage {
    let header = try BMPHeader(bytes, name: name)
    try PixelAssembly.checkSize(
      width: UInt32(clamping: header.width), height: UInt32(clamping: header.height),
      limits: options.limits, name: name, format: .bmp)
    let reader = BMPPixels(header, bytes, background: options.background)
    let data = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(header.offset))
    do {
      var rows = 0
      let pixels = try InputMemory.array(
        of: UInt8.self, count: header.width * header.height * 3
      ) { output in
        rows = try reader.write(data, to: output)
      }
      guard rows < header.height else { return image(header, pixels, warnings: []) }
      let reason = "the data ends after \(rows) of \(header.height) rows"
      guard options.allowsTruncated, rows > 0 else {
        throw ImageError.truncated(name: name, format: .bmp, reason: reason)
      }
      return image(header, pixels, warnings: ["\(reason); the rest is black"])
    } catch let error as ImageError {
      throw error
    } catch {
      throw .outOfMemory(name: name)
    }
  }

  private static func image(
    _ header: BMPHeader, _ pixels: [UInt8], warnings: [String]
  ) -> DecodedImage {
    DecodedImage(
      image: Image(unchecked: pixels, width: header.width, height: header.height), format: .bmp,
      orientation: .upright, warnings: warnings)
  }
}
