import VitSystem

/// GIF: the first frame, on the screen that it is drawn on. Pixels are Pillow's.
///
/// Read here and not through a library, because giflib refuses what Pillow reads, such as indices of more
/// than 8 bits.
enum GIFDecoder {
  static func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions
  ) throws(ImageError) -> DecodedImage {
    var window = ByteWindow(bytes)
    let header = try GIFHeader(&window, name: name)
    try PixelAssembly.checkSize(
      width: UInt32(header.width), height: UInt32(header.height), limits: options.limits,
      name: name, format: .gif)
    let data = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(header.dataStart))
    do {
      var outcome = (end: GIFIndices.End.complete, count: 0)
      let indices = try InputMemory.array(
        of: UInt8.self, count: header.frameWidth * header.frameHeight
      ) { indices in
        indices.initialize(repeating: 0)
        outcome = GIFIndices.decode(data, bits: header.indexBits, to: indices)
      }
      let rows = outcome.count / header.frameWidth
      let reason =
        "the data \(outcome.end == .broken ? "breaks off" : "ends") "
        + "after \(rows) of \(header.frameHeight) rows"
      if outcome.end != .complete, !options.allowsTruncated || rows == 0 {
        throw outcome.end == .broken
          ? ImageError.corrupt(name: name, format: .gif, reason: reason)
          : ImageError.truncated(name: name, format: .gif, reason: reason)
      }
      let pixels = try InputMemory.array(
        of: UInt8.self, count: header.width * header.height * 3
      ) { output in
        GIFCanvas(header, background: options.background).draw(indices, rows: rows, to: output)
      }
      return DecodedImage(
        image: Image(unchecked: pixels, width: header.width, height: header.height), format: .gif,
        orientation: .upright,
        warnings: outcome.end == .complete ? [] : ["\(reason); the rest is black"])
    } catch let error as ImageError {
      throw error
    } catch {
      throw .outOfMemory(name: name)
    }
  }
}

/// The screen onto which a frame is drawn.
private struct GIFCanvas {
  private let header: GIFHeader
  /// `[256 × 3]`, each index over the background where it is transparent.
  private let colors: [UInt8]

  init(_ header: GIFHeader, background: Background) {
    self.header = header
    var colors = header.palette ?? (0..<256 * 3).map { UInt8($0 / 3) }
    if let index = header.transparentIndex, case .color(let red, let green, let blue) = background {
      colors.replaceSubrange(3 * index..<3 * index + 3, with: [red, green, blue])
    }
    self.colors = colors
  }

  /// - Parameters:
  ///   - indices: `[frameHeight, frameWidth]` in the order in which they are stored.
  ///   - rows: how many of them are there; the others are black.
  ///   - output: `[height, width, 3]`.
  func draw(_ indices: [UInt8], rows: Int, to output: UnsafeMutableBufferPointer<UInt8>) {
    let fill = 3 * (header.transparentIndex ?? 0)
    let isPartial = header.frameWidth != header.width || header.frameHeight != header.height
    let start = output.baseAddress!
    colors.withUnsafeBufferPointer { colors in
      if isPartial {
        for pixel in 0..<header.width * header.height {
          for channel in 0..<3 { start[3 * pixel + channel] = colors[fill + channel] }
        }
      }
      indices.withUnsafeBufferPointer { indices in
        for stored in 0..<header.frameHeight {
          let row = header.top + place(ofStored: stored)
          var pixel = start + 3 * (row * header.width + header.left)
          guard stored < rows else {
            pixel.initialize(repeating: 0, count: 3 * header.frameWidth)
            continue
          }
          for column in 0..<header.frameWidth {
            let color = 3 * Int(indices[stored * header.frameWidth + column])
            (pixel[0], pixel[1], pixel[2]) = (colors[color], colors[color + 1], colors[color + 2])
            pixel += 3
          }
        }
      }
    }
  }

  /// The row of the frame that is stored as the n-th: of an interlaced one every eighth first, then
  /// those amid these, and so on (appendix E).
  private func place(ofStored stored: Int) -> Int {
    guard header.isInterlaced else { return stored }
    var first = stored
    for (start, step) in [(0, 8), (4, 8), (2, 4), (1, 2)] {
      let count = max(0, (header.frameHeight - start + step - 1) / step)
      if first < count { return start + step * first }
      first -= count
    }
    return stored
  }
}
