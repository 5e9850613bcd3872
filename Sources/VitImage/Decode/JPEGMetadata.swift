/// The segments of a JPEG before its first scan, read for the orientation.
enum JPEGMetadata {
  private static let exifPrefix = Array("Exif\0\0".utf8)
  private static let xmpPrefix = Array("http://ns.adobe.com/xap/1.0/\0".utf8)

  /// The orientation of the EXIF segments, or else of the XMP segment, as Pillow looks for it.
  static func orientation(in bytes: UnsafeRawBufferPointer) -> Orientation? {
    var exif: [UInt8]?
    var xmp: UnsafeRawBufferPointer?
    forEachSegment(of: bytes) { marker, data in
      guard marker == 0xE1 else { return }
      if data.starts(with: exifPrefix) {
        // A block longer than a segment goes on in the next.
        exif = (exif ?? []) + data.dropFirst(exifPrefix.count)
      } else if data.starts(with: xmpPrefix) {
        xmp = UnsafeRawBufferPointer(rebasing: data.dropFirst(xmpPrefix.count))
      }
    }
    let value =
      exif.flatMap { $0.withUnsafeBytes { EXIF.orientation(in: $0) } }
      ?? xmp.flatMap { XMP.orientation(in: $0) }
    return value.flatMap(Orientation.init(rawValue:))
  }

  /// Calls `body` with each segment up to the first scan, or to where the structure is lost.
  private static func forEachSegment(
    of bytes: UnsafeRawBufferPointer, body: (UInt8, UnsafeRawBufferPointer) -> Void
  ) {
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
      case 0x00, 0x01, 0xD0...0xD8:
        position += 2  // without a segment
      case 0xD9, 0xDA:
        return
      default:
        guard position + 4 <= bytes.count else { return }
        let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
        let end = position + 2 + length
        guard length >= 2, end <= bytes.count else { return }
        body(marker, UnsafeRawBufferPointer(rebasing: bytes[(position + 4)..<end]))
        position = end
      }
    }
  }
}
