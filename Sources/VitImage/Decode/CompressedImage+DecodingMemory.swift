extension CompressedImage {
  /// The bytes of memory that reading and decoding will take at their highest, told from the
  /// headers alone: the file, the pixels, and what the decoder has to keep whole beside them, the
  /// coefficients of a JPEG in several scans and the passes of an interlaced PNG.
  ///
  /// What is no image, or more than the limits of `options`, costs little: it is refused.
  ///
  /// - Throws: `ImageError.unreadable`.
  package func decodingMemory(_ options: DecodeOptions) throws(ImageError) -> Int {
    guard byteCount <= options.limits.bytes else { return 0 }
    let head = try read(at: 0, count: 33)
    var working = 0
    if head.starts(with: [0xFF, 0xD8]) {
      working = try JPEGFrame(of: self)?.decodingMemory(options) ?? 0
    } else if head.starts(with: PNGChunks.signature), head.count == 33 {
      working = Self.pngMemory(head, limits: options.limits)
    }
    return byteCount + working
  }

  /// `header`: the signature and the chunk `IHDR`.
  private static func pngMemory(_ header: [UInt8], limits: DecodeLimits) -> Int {
    func number(_ offset: Int) -> Int {
      header[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    let (area, overflow) = number(16).multipliedReportingOverflow(by: number(20))
    guard !overflow, area <= limits.pixels else { return 0 }
    let isInterlaced = header[28] != 0
    return area * 3 + (isInterlaced ? area * 4 : 0)
  }
}
