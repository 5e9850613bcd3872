import VitSystem

/// Of a CR3, which is made of boxes as ISO media are (ISO/IEC 14496-12), the one that has IFD0: `CMT1` in
/// Canon's box in `moov`.
enum CanonBoxes {
  private static let canon: [UInt8] = [
    0x85, 0xC0, 0xB6, 0x87, 0x82, 0x0F, 0x11, 0xE0, 0x81, 0x11, 0xF4, 0xCE, 0x46, 0x2B, 0x6A, 0x48,
  ]

  /// Boxes of one level beyond which no more are looked at.
  private static let most = 1000

  static func orientation(_ window: inout ByteWindow) throws(ImageError) -> Orientation? {
    guard let movie = try content("moov", &window, in: 0..<window.count),
      let canon = try content("uuid", &window, in: movie, beginning: canon),
      let directory = try content("CMT1", &window, in: canon)
    else { return nil }
    var tiff = window.part(directory)
    guard let form = TIFFForm(signature: try tiff.prefix(at: 0, count: 4)), !form.isBig,
      let position = try TIFFDirectory.offset(
        &tiff, at: form.firstDirectory, bytes: 4, form.isBigEndian)
    else { return nil }
    return try TIFFDirectory(&tiff, at: position, form)?.integer(TIFFTag.orientation, &tiff)
      .flatMap(Orientation.init(rawValue:))
  }

  /// What is in the first box of a type; where it `begins` so, what follows that.
  private static func content(
    _ type: String, _ window: inout ByteWindow, in range: Range<Int>, beginning: [UInt8] = []
  ) throws(ImageError) -> Range<Int>? {
    var position = range.lowerBound
    for _ in 0..<most {
      guard position < range.upperBound, let head = try window.bytes(at: position, count: 8),
        let length = try window.integer(UInt32.self, at: position, isBigEndian: true)
      else { return nil }
      var size = Int(length)
      var start = position + 8
      if size == 1 {
        guard let long = try window.integer(UInt64.self, at: start, isBigEndian: true),
          let exact = Int(exactly: long)
        else { return nil }
        (size, start) = (exact, start + 8)
      } else if size == 0 {
        size = range.upperBound - position
      }
      // A box is no longer than what it lies in.
      guard size >= start - position, size <= range.upperBound - position else { return nil }
      let end = position + size
      if head[4...].elementsEqual(type.utf8),
        try window.prefix(at: start, count: beginning.count) == beginning,
        start + beginning.count <= end
      {
        return (start + beginning.count)..<end
      }
      position = end
    }
    return nil
  }
}
