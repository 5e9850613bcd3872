/// The segments of a JPEG before its first scan, read for the orientation.
struct JPEGMetadata {
  private static let exifPrefix = Array("Exif\0\0".utf8)
  private static let xmpPrefix = Array("http://ns.adobe.com/xap/1.0/\0".utf8)

  /// The orientation of the EXIF segments, or else of the XMP segment, as Pillow looks for it.
  let orientation: Orientation?

  /// A byte after 0xFF before the first scan that begins no segment, or nil. libjpeg passes over
  /// it with a warning, but Pillow takes such a file for no image.
  private(set) var strayMarker: UInt8?

  init(_ bytes: UnsafeRawBufferPointer) {
    var exif: [UInt8]?
    var xmp: UnsafeRawBufferPointer?
    strayMarker = Self.forEachSegment(of: bytes) { marker, data in
      guard marker == 0xE1 else { return }
      if data.starts(with: Self.exifPrefix) {
        // A block longer than a segment goes on in the next.
        if exif == nil { exif = [] }
        exif?.append(contentsOf: data.dropFirst(Self.exifPrefix.count))
      } else if data.starts(with: Self.xmpPrefix) {
        xmp = UnsafeRawBufferPointer(rebasing: data.dropFirst(Self.xmpPrefix.count))
      }
    }
    let value =
      exif.flatMap { $0.withUnsafeBytes { EXIF.orientation(in: $0) } }
      ?? xmp.flatMap { XMP.orientation(in: $0) }
    orientation = value.flatMap(Orientation.init(rawValue:))
  }

  /// Calls `body` with each segment up to the first scan, or to where the structure is lost.
  ///
  /// - Returns: a byte after 0xFF that begins no segment, at which the walk ended, or nil.
  private static func forEachSegment(
    of bytes: UnsafeRawBufferPointer, body: (UInt8, UnsafeRawBufferPointer) -> Void
  ) -> UInt8? {
    var position = 2
    while position + 1 < bytes.count {
      guard bytes[position] == 0xFF else {
        position += 1  // libjpeg too skips junk between segments
        continue
      }
      let marker = bytes[position + 1]
      switch marker {
      case 0xFF:
        position += 1  // fill byte
      case 0x00, 0xD0...0xD8:
        position += 2  // without a segment
      case 0x01..<0xC0:
        return marker
      case 0xD9, 0xDA:
        return nil
      default:
        guard position + 4 <= bytes.count else { return nil }
        // The length counts itself; libjpeg and Pillow take less than that for an empty segment.
        let length = max(Int(bytes[position + 2]) << 8 | Int(bytes[position + 3]), 2)
        let end = position + 2 + length
        guard end <= bytes.count else { return nil }
        body(marker, UnsafeRawBufferPointer(rebasing: bytes[(position + 4)..<end]))
        position = end
      }
    }
    return nil
  }
}
