/// Bytes of an image, a piece at a time.
struct ByteWindow {
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
