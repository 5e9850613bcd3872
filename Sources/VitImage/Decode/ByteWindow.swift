import VitSystem

/// Bytes of an image file, a piece at a time: for headers, which are read where they lie, before the
/// file is in memory or while it is.
struct ByteWindow {
  private enum Source {
    case image(CompressedImage)
    case memory(UnsafeRawBufferPointer)
  }

  /// Bytes of a profile, or of a packet that may hold the orientation, that are looked at.
  static let mostMetadata = 16 << 20

  private let source: Source
  /// Where the part of the file begins that is looked at.
  private let base: Int
  private var start = 0
  private var held: [UInt8] = []
  /// Bytes of the whole file, or the part.
  let count: Int

  init(_ image: CompressedImage) {
    source = .image(image)
    base = 0
    count = image.byteCount
  }

  /// - Parameter bytes: must outlive the window.
  init(_ bytes: UnsafeRawBufferPointer) {
    source = .memory(bytes)
    base = 0
    count = bytes.count
  }

  private init(_ source: Source, base: Int, count: Int) {
    (self.source, self.base, self.count) = (source, base, count)
  }

  /// A part as if it were a file.
  func part(_ range: Range<Int>) -> ByteWindow {
    let range = range.clamped(to: 0..<count)
    return ByteWindow(source, base: base + range.lowerBound, count: range.count)
  }

  /// Exactly those, or nil behind the end.
  mutating func bytes(at offset: Int, count: Int) throws(ImageError) -> [UInt8]? {
    guard try hold(offset, count) else { return nil }
    return Array(held[(offset - start)..<(offset - start + count)])
  }

  /// As many of those as there are.
  mutating func prefix(at offset: Int, count: Int) throws(ImageError) -> [UInt8] {
    try bytes(at: offset, count: max(0, min(count, self.count - offset))) ?? []
  }

  /// A number of the file, or nil behind its end.
  mutating func integer<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, at offset: Int, isBigEndian: Bool = false
  ) throws(ImageError) -> Number? {
    let size = MemoryLayout<Number>.size
    guard try hold(offset, size) else { return nil }
    let place = offset - start
    return held.withUnsafeBytes { $0.integer(type, at: place, isBigEndian: isBigEndian) }
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
    guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else {
      return false
    }
    if offset < start || offset + count > start + held.count {
      let wanted = min(max(count, 1 << 12), self.count - offset)
      let place = base + offset
      switch source {
      case .image(let image): held = try image.read(at: place, count: wanted)
      case .memory(let bytes): held = Array(bytes[place..<(place + wanted)])
      }
      start = offset
    }
    return offset - start + count <= held.count
  }
}
