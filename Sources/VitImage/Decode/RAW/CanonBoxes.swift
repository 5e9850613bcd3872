import VitSystem

/// Of a CR3, which is made of boxes as ISO media are (ISO/IEC 14496-12), the one that has IFD0: `CMT1` in
/// Canon's box in `moov`.
enum CanonBoxes {
  private static let canon: [UInt8] = [
    0x85, 0xC0, 0xB6, 0x87, 0x82, 0x0F, 0x11, 0xE0, 0x81, 0x11, 0xF4, 0xCE, 0x46, 0x2B, 0x6A, 0x48,
  ]

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
    _ type: FourCharacters, _ window: inout ByteWindow, in range: Range<Int>,
    beginning: [UInt8] = []
  ) throws(ImageError) -> Range<Int>? {
    var found: Range<Int>?
    try window.forEachBox(in: range) { (window, box) throws(ImageError) in
      guard !box.isCut, box.type == type, box.content.count >= beginning.count,
        try window.prefix(at: box.content.lowerBound, count: beginning.count) == beginning
      else { return true }
      found = (box.content.lowerBound + beginning.count)..<box.content.upperBound
      return false
    }
    return found
  }
}
