import VitSystem

/// The headers of a BMP: the file's, and that of Windows (40 bytes and, with more at its end, 52, 56, 108
/// or 124) or of OS/2 (12 or 64).
///
/// What is read and what is refused is Pillow's (`BmpImagePlugin.py`), and so is where the pixels begin.
struct BMPHeader {
  enum Pixels: Equatable {
    /// Indices into a palette, the first pixel in the highest bits of its byte.
    case indices(bits: Int)
    /// Indices of 4 or 8 bits, as runs (`BMPRunLength`).
    case runs(bits: Int)
    /// Five bits a channel and one unused, or six of green.
    case fives, fiveSixFive
    /// Bytes of so many a pixel; the places of the channels in it, of alpha where there is one.
    case bytes(count: Int, red: Int, green: Int, blue: Int, alpha: Int?)
  }

  static let signature = Array("BM".utf8)
  /// Bytes of a file that hold all that is read here but the palette.
  static let longest = 14 + 124

  let width: Int
  let height: Int
  /// Else the last row comes first.
  let isTopDown: Bool
  let pixels: Pixels
  /// Where the pixels begin.
  let offset: Int
  /// Of the palette, 0 for none; it begins at `paletteOffset`.
  let paletteCount: Int
  let paletteOffset: Int
  /// 3 or 4.
  let paletteEntryBytes: Int

  private static let sizes = [12, 40, 52, 56, 64, 108, 124]

  /// - Parameter bytes: the file, or its first `longest` bytes.
  /// - Throws: `ImageError.truncated`, `.corrupt` or `.unsupported`.
  init(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) {
    func unsupported(_ reason: String) -> ImageError {
      .unsupported(name: name, format: .bmp, reason: reason)
    }
    let end = ImageError.truncated(
      name: name, format: .bmp, reason: "the file ends within its header")
    func uint16(_ offset: Int) throws(ImageError) -> Int {
      guard let number = bytes.integer(UInt16.self, at: offset) else { throw end }
      return Int(number)
    }
    func uint32(_ offset: Int) throws(ImageError) -> Int {
      guard let number = bytes.integer(UInt32.self, at: offset) else { throw end }
      return Int(number)
    }

    let stored = try uint32(10)
    let size = try uint32(14)
    guard Self.sizes.contains(size) else { throw unsupported("a header of \(size) bytes") }
    guard bytes.count >= 14 + size else { throw end }
    let bits: Int
    var compression = 0
    var colors = 0
    if size == 12 {
      width = try uint16(18)
      height = try uint16(20)
      isTopDown = false
      bits = try uint16(24)
      paletteEntryBytes = 3
    } else {
      width = try uint32(18)
      let rows = try uint32(22)
      // A negative number of rows, if it is not very large.
      isTopDown = rows >> 24 == 0xFF
      height = isTopDown ? 1 << 32 - rows : rows
      bits = try uint16(28)
      compression = try uint32(30)
      colors = try uint32(46)
      paletteEntryBytes = 4
    }

    var headersEnd = 14 + size
    switch (compression, bits) {
    case (0, 1), (0, 4), (0, 8): pixels = .indices(bits: bits)
    case (0, 16): pixels = .fives
    case (0, 24): pixels = .bytes(count: 3, red: 2, green: 1, blue: 0, alpha: nil)
    // What the fourth byte holds is not told, so it is no alpha.
    case (0, 32): pixels = .bytes(count: 4, red: 2, green: 1, blue: 0, alpha: nil)
    case (1, 8), (2, 4): pixels = .runs(bits: bits)
    case (3, _):
      var masks: [Int] = []
      // Behind the header where it has no room for them.
      for index in 0..<(size >= 56 ? 4 : 3) {
        masks.append(try uint32(54 + 4 * index))
      }
      if size == 40 { headersEnd += 12 }
      guard let found = Self.pixels(bits: bits, masks: masks) else {
        throw unsupported(
          "bit fields "
            + masks.map { "0x" + String($0, radix: 16) }.joined(separator: ", "))
      }
      pixels = found
    case (0, _): throw unsupported("\(bits) bits a pixel")
    default: throw unsupported("compression \(compression) of \(bits) bits a pixel")
    }

    var offset = stored
    switch pixels {
    case .indices(let bits), .runs(let bits):
      paletteCount = colors == 0 ? 1 << bits : colors
      guard paletteCount <= 65_536 else {
        throw .corrupt(
          name: name, format: .bmp, reason: "a palette of \(paletteCount) colours")
      }
      // Programs that forget the palette.
      if offset == 14 + size { offset += 4 * paletteCount }
    default: paletteCount = 0
    }
    paletteOffset = headersEnd
    self.offset = offset == 0 ? headersEnd + paletteCount * paletteEntryBytes : offset
  }

  var bitsPerPixel: Int {
    switch pixels {
    case .indices(let bits), .runs(let bits): bits
    case .fives, .fiveSixFive: 16
    case .bytes(let count, _, _, _, _): 8 * count
    }
  }

  /// Bytes from one row to the next, of pixels that are not runs.
  var rowBytes: Int { (width * bitsPerPixel + 31) / 32 * 4 }

  /// The layouts that masks may describe; those that Pillow has.
  private static func pixels(bits: Int, masks: [Int]) -> Pixels? {
    let alpha = masks.count == 4 ? masks[3] : 0
    switch (bits, masks[0], masks[1], masks[2]) {
    case (16, 0x7C00, 0x3E0, 0x1F): return .fives
    case (16, 0xF800, 0x7E0, 0x1F): return .fiveSixFive
    case (24, 0xFF_0000, 0xFF00, 0xFF):
      return .bytes(count: 3, red: 2, green: 1, blue: 0, alpha: nil)
    case (32, 0xFF_0000, 0xFF00, 0xFF) where alpha == 0 || alpha == 0xFF00_0000:
      return .bytes(count: 4, red: 2, green: 1, blue: 0, alpha: alpha == 0 ? nil : 3)
    case (32, 0xFF00_0000, 0xFF_0000, 0xFF00) where alpha == 0 || alpha == 0xFF:
      return .bytes(count: 4, red: 3, green: 2, blue: 1, alpha: alpha == 0 ? nil : 0)
    case (32, 0xFF00_0000, 0xFF00, 0xFF) where alpha == 0 || alpha == 0xFF_0000:
      return .bytes(count: 4, red: 3, green: 1, blue: 0, alpha: alpha == 0 ? nil : 2)
    case (32, 0xFF, 0xFF00, 0xFF_0000) where alpha == 0xFF00_0000:
      return .bytes(count: 4, red: 0, green: 1, blue: 2, alpha: 3)
    case (32, 0, 0, 0) where alpha == 0:
      return .bytes(count: 4, red: 2, green: 1, blue: 0, alpha: 3)
    default: return nil
    }
  }

  static func decodingMemory(
    of image: CompressedImage, _ options: DecodeOptions
  ) throws(ImageError) -> DecodingMemory? {
    var window = ByteWindow(image)
    let bytes = try window.prefix(at: 0, count: longest)
    guard let header = bytes.withUnsafeBytes({ try? BMPHeader($0, name: image.name) }) else {
      return nil
    }
    let (width, height) = (header.width, header.height)
    guard let area = DecodingMemory.area(width, height, options.limits) else { return nil }
    // An index a pixel, of runs.
    let working = if case .runs = header.pixels { area } else { 0 }
    return DecodingMemory(width: width, height: height, working: working, options)
  }

  static func info(_ window: inout ByteWindow, name: String) throws(ImageError) -> ImageInfo {
    let bytes = try window.prefix(at: 0, count: longest)
    let header = try bytes.withBytes { (bytes) throws(ImageError) in
      try BMPHeader(bytes, name: name)
    }
    let (bits, color, hasAlpha): (Int, ImageInfo.Color, Bool) =
      switch header.pixels {
      case .indices(let bits), .runs(let bits): (bits, .palette, false)
      case .fives, .fiveSixFive: (5, .rgb, false)
      case .bytes(_, _, _, _, let alpha): (8, .rgb, alpha != nil)
      }
    return ImageInfo(
      format: .bmp, width: header.width, height: header.height, bitsPerChannel: bits, color: color,
      hasAlpha: hasAlpha)
  }
}
