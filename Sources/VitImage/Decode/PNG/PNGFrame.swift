/// The header of a PNG, and what decoding such an image takes.
struct PNGFrame {
  let width: Int
  let height: Int
  let bitDepth: Int
  let colorType: Int
  let isInterlaced: Bool

  static let headerBytes = 33

  /// - Parameter header: the signature and the chunk `IHDR`, 33 bytes.
  init(_ header: [UInt8]) {
    func number(_ offset: Int) -> Int {
      header[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    (width, height) = (number(16), number(20))
    bitDepth = Int(header[24])
    colorType = Int(header[25])
    isInterlaced = header[28] != 0
  }

  static func decodingMemory(
    of image: CompressedImage, _ options: DecodeOptions
  ) throws(ImageError) -> DecodingMemory? {
    let header = try image.read(at: 0, count: headerBytes)
    return header.count == headerBytes
      ? try PNGFrame(header).decodingMemory(of: image, options) : nil
  }

  /// Nil where the image is refused.
  private func decodingMemory(
    of image: CompressedImage, _ options: DecodeOptions
  ) throws(ImageError) -> DecodingMemory? {
    guard let area = DecodingMemory.area(width, height, options.limits) else { return nil }
    // libpng keeps two rows, of the most bytes that a pixel has on its way from the file to RGB or
    // RGBA (`png_read_start_row`), and pads them.
    let row = (width + 7) / 8 * 8 * (bitDepth == 16 ? 8 : 4) + 64
    // Beside them one row with its transparency, or the whole of an interlaced image.
    let buffer = isInterlaced ? area * 4 : width * 4
    return DecodingMemory(width: width, height: height, working: 2 * row + buffer, options)
      .atLeast(options.appliesOrientation ? try Self.textMemory(of: image, options) : 0)
  }

  /// What the search for an orientation in texts takes: the text, the bytes that its digits stand
  /// for, and a copy while these grow. All are given back before the pixels are asked for.
  private static func textMemory(
    of image: CompressedImage, _ options: DecodeOptions
  ) throws(ImageError) -> Int {
    var window = ByteWindow(image)
    var position = PNGChunks.signature.count
    var longest = 0
    var count = 0
    while count <= options.limits.pngChunks,
      let head = try window.bytes(at: position, count: 8)
    {
      let length = head[..<4].reduce(0) { $0 << 8 | Int($1) }
      let type = head.withUnsafeBytes { ChunkType(bytes: $0, at: 4) }
      switch type {
      case .end: return 3 * longest
      case .text, .compressedText, .internationalText:
        let start = try window.bytes(at: position + 8, count: min(length, 32)) ?? []
        guard let isCompressed = PNGMetadata.mayHoldOrientation(type, start) else { break }
        longest = max(
          longest,
          min(isCompressed ? Zlib.largest(of: length) : length, options.limits.pngTextBytes))
      default: break
      }
      position += 12 + length
      count += 1
    }
    return 3 * longest
  }
}
