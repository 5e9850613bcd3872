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

/// The frame of a JPEG, and whether its first scan leaves components to later ones.
private struct JPEGFrame {
  struct Component {
    let horizontal: Int
    let vertical: Int
  }

  var width = 0
  var height = 0
  var components: [Component] = []
  var hasSeveralScans = false

  /// Nil where there is no frame before the first scan.
  init?(of image: CompressedImage) throws(ImageError) {
    var window = ByteWindow(image)
    var position = 2
    while let marker = try window.marker(from: &position) {
      switch marker {
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
        guard let frame = try window.bytes(at: position + 2, count: 6) else { return nil }
        height = Int(frame[1]) << 8 | Int(frame[2])
        width = Int(frame[3]) << 8 | Int(frame[4])
        let count = Int(frame[5])
        guard let sampling = try window.bytes(at: position + 8, count: 3 * count) else {
          return nil
        }
        components = (0..<count).map {
          let factors = sampling[$0 * 3 + 1]
          return Component(horizontal: Int(factors >> 4), vertical: Int(factors & 15))
        }
        if ![0xC0, 0xC1, 0xC9].contains(marker) { hasSeveralScans = true }
      case 0xDA:
        guard !components.isEmpty, let count = try window.bytes(at: position + 2, count: 1) else {
          return nil
        }
        if Int(count[0]) < components.count { hasSeveralScans = true }
        return
      case 0xD9: return nil
      default: break
      }
      guard let length = try window.bytes(at: position, count: 2) else { return nil }
      position += max(2, Int(length[0]) << 8 | Int(length[1]))
    }
    return nil
  }

  func decodingMemory(_ options: DecodeOptions) -> Int {
    // At most 65,535 a side: nothing below overflows.
    guard width > 0, height > 0, width * height <= options.limits.pixels else { return 0 }
    var eighths = 8
    if let resize = options.reducedFor {
      // Which way the image lies is not known yet; the larger of the two is enough.
      eighths = max(
        ReducedScale.eighths(width: width, height: height, for: resize),
        ReducedScale.eighths(width: height, height: width, for: resize))
    }
    let pixels = ReducedScale.size(width, eighths) * ReducedScale.size(height, eighths)
    return pixels * 3 + (hasSeveralScans ? coefficientBytes : 0)
  }

  /// Blocks of 8 × 8 coefficients of 16 bits, each component padded to whole units of the frame
  /// (libjpeg `jdcoefct.c`).
  private var coefficientBytes: Int {
    let widest = max(1, components.map(\.horizontal).max() ?? 1)
    let highest = max(1, components.map(\.vertical).max() ?? 1)
    let columns = (width + 8 * widest - 1) / (8 * widest)
    let rows = (height + 8 * highest - 1) / (8 * highest)
    return components.reduce(0) { $0 + columns * $1.horizontal * rows * $1.vertical * 128 }
  }
}

/// Bytes of an image, a piece at a time.
private struct ByteWindow {
  private let image: CompressedImage
  private var start = 0
  private var held: [UInt8] = []

  init(_ image: CompressedImage) { self.image = image }

  /// Exactly those, or nil behind the end.
  mutating func bytes(at offset: Int, count: Int) throws(ImageError) -> [UInt8]? {
    guard try hold(offset, count) else { return nil }
    return Array(held[(offset - start)..<(offset - start + count)])
  }

  /// The next marker with a segment from `position` on, which moves behind it; nil at the end. Junk
  /// is passed over, as libjpeg does.
  mutating func marker(from position: inout Int) throws(ImageError) -> UInt8? {
    while try hold(position, 2) {
      let code = held[position - start + 1]
      if held[position - start] != 0xFF || code == 0xFF {
        position += 1
      } else {
        position += 2
        if !(code <= 1 || (0xD0...0xD8).contains(code)) { return code }
      }
    }
    return nil
  }

  private mutating func hold(_ offset: Int, _ count: Int) throws(ImageError) -> Bool {
    if offset < start || offset + count > start + held.count {
      held = try image.read(at: offset, count: max(count, 1 << 12))
      start = offset
    }
    return offset - start + count <= held.count
  }
}
