import VitSystem

/// The screen of a GIF and its first frame, up to the frame's compressed indices.
///
/// The format is CompuServe's "GIF89a Specification"; what is read and what is refused is Pillow's
/// (`GifImagePlugin.py`).
struct GIFHeader {
  /// Of the screen, or larger where the first frame sticks out of it.
  private(set) var width: Int
  private(set) var height: Int
  private(set) var left = 0
  private(set) var top = 0
  private(set) var frameWidth = 0
  private(set) var frameHeight = 0
  private(set) var isInterlaced = false
  /// The index whose pixels are transparent.
  private(set) var transparentIndex: Int?
  /// `[256 × 3]`, black where the file's palette has no entry; nil for gray, an index a level.
  private(set) var palette: [UInt8]?
  /// Entries that the file's palette has.
  private(set) var paletteCount = 0
  /// Bits of an index, as the compressed data begins with.
  private(set) var indexBits = 0
  /// Where the blocks of compressed data begin.
  private(set) var dataStart = 0

  static func isSignature(_ start: [UInt8]) -> Bool {
    ["GIF87a", "GIF89a"].contains { start.starts(with: Array($0.utf8)) }
  }

  /// - Throws: `ImageError.truncated` or `.corrupt`.
  init(_ window: inout ByteWindow, name: String) throws(ImageError) {
    let truncated = ImageError.truncated(
      name: name, format: .gif, reason: "the file ends before its first frame")
    guard let screen = try window.bytes(at: 0, count: 13) else { throw truncated }
    func number(_ bytes: [UInt8], _ place: Int) -> Int {
      Int(bytes[place]) | Int(bytes[place + 1]) << 8
    }
    (width, height) = (number(screen, 6), number(screen, 8))
    var position = 13
    if screen[10] & 0x80 != 0 {
      try takePalette(&window, at: &position, flags: screen[10], truncated)
    }
    while let block = try window.integer(UInt8.self, at: position) {
      position += 1
      switch block {
      case UInt8(ascii: ";"):
        throw .corrupt(name: name, format: .gif, reason: "there is no frame")
      case UInt8(ascii: "!"):
        // A graphic control extension: flags, delay, and the transparent index.
        if try window.integer(UInt8.self, at: position) == 0xF9,
          let control = try window.bytes(at: position + 1, count: 5), control[0] >= 4,
          control[1] & 1 != 0
        {
          transparentIndex = Int(control[4])
        }
        position += 1
        try Self.passBlocks(&window, at: &position)
      case UInt8(ascii: ","):
        guard let frame = try window.bytes(at: position, count: 9) else { throw truncated }
        (left, top) = (number(frame, 0), number(frame, 2))
        (frameWidth, frameHeight) = (number(frame, 4), number(frame, 6))
        guard frameWidth > 0, frameHeight > 0 else {
          throw .corrupt(
            name: name, format: .gif, reason: "a frame of \(frameWidth) x \(frameHeight) pixels")
        }
        (width, height) = (max(width, left + frameWidth), max(height, top + frameHeight))
        isInterlaced = frame[8] & 0x40 != 0
        position += 9
        if frame[8] & 0x80 != 0 {
          try takePalette(&window, at: &position, flags: frame[8], truncated)
        }
        guard let bits = try window.integer(UInt8.self, at: position) else { throw truncated }
        indexBits = Int(bits)
        dataStart = position + 1
        guard indexBits <= GIFIndices.longestCode else {
          throw .corrupt(name: name, format: .gif, reason: "indices of \(indexBits) bits")
        }
        return
      default: break  // junk between blocks
      }
    }
    throw truncated
  }

  private mutating func takePalette(
    _ window: inout ByteWindow, at position: inout Int, flags: UInt8, _ truncated: ImageError
  ) throws(ImageError) {
    let count = 2 << Int(flags & 7)
    guard let entries = try window.bytes(at: position, count: 3 * count) else { throw truncated }
    position += 3 * count
    // One that names each level of gray by itself says nothing.
    let isGray = (0..<3 * count).allSatisfy { entries[$0] == $0 / 3 }
    palette = isGray ? nil : entries + [UInt8](repeating: 0, count: 3 * (256 - count))
    paletteCount = count
  }

  /// Moves behind a sequence of blocks, each with its length before it, and the empty one that ends it.
  private static func passBlocks(
    _ window: inout ByteWindow, at position: inout Int
  ) throws(ImageError) {
    while let length = try window.integer(UInt8.self, at: position) {
      position += 1 + Int(length)
      if length == 0 { return }
    }
  }

  static func decodingMemory(
    of image: CompressedImage, _ options: DecodeOptions
  ) throws(ImageError) -> DecodingMemory? {
    var window = ByteWindow(image)
    let header = try GIFHeader(&window, name: image.name)
    guard DecodingMemory.area(header.width, header.height, options.limits) != nil else {
      return nil
    }
    // An index a pixel of the frame, and the table of codes.
    return DecodingMemory(
      width: header.width, height: header.height,
      working: header.frameWidth * header.frameHeight + GIFIndices.tableBytes, options)
  }

  static func info(_ window: inout ByteWindow, name: String) throws(ImageError) -> ImageInfo {
    let header = try GIFHeader(&window, name: name)
    var info = ImageInfo(
      format: .gif, width: header.width, height: header.height, bitsPerChannel: 8,
      color: header.palette == nil ? .gray : .palette, hasAlpha: header.transparentIndex != nil)
    if header.palette != nil { info.bitsPerChannel = header.paletteCount.trailingZeroBitCount }
    // Each further frame begins with a descriptor as the first does.
    var position = header.dataStart
    try passBlocks(&window, at: &position)
    while let block = try window.integer(UInt8.self, at: position),
      block != UInt8(ascii: ";")
    {
      position += 1
      if block == UInt8(ascii: "!") {
        position += 1
        try passBlocks(&window, at: &position)
      } else if block == UInt8(ascii: ","), let frame = try window.bytes(at: position, count: 9) {
        info.frameCount += 1
        position += 9 + (frame[8] & 0x80 == 0 ? 0 : 6 << Int(frame[8] & 7)) + 1
        try passBlocks(&window, at: &position)
      }
    }
    return info
  }
}
