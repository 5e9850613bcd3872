import VitSystem

/// A reader of just as much TIFF structure as the orientation needs.
enum EXIF {
  private static let orientationTag = 0x0112
  private static let prefix = Array("Exif\0\0".utf8)

  /// The value of the orientation tag in the first directory, whatever it is, or nil where there
  /// is none or the data is damaged.
  ///
  /// Reads within `bytes` only, in time linear in the directory's entries (at most 65,535).
  ///
  /// - Parameter bytes: TIFF data, with or without the prefix `Exif\0\0`.
  static func orientation(in bytes: UnsafeRawBufferPointer) -> Int? {
    var data = bytes[...]
    while data.starts(with: prefix) {
      data = data.dropFirst(prefix.count)
    }
    guard let tiff = TIFFData(UnsafeRawBufferPointer(rebasing: data)),
      let directory = tiff.integer32(at: 4),
      let entries = tiff.integer16(at: directory)
    else {
      return nil
    }
    var orientation: Int?
    for index in 0..<entries {
      // Two bytes each of tag and type, four each of count and value.
      let entry = directory + 2 + index * 12
      guard let tag = tiff.integer16(at: entry), let type = tiff.integer16(at: entry + 2),
        let count = tiff.integer32(at: entry + 4)
      else {
        break
      }
      guard tag == orientationTag, count == 1 else { continue }
      switch type {
      case 3, 8:  // short, signed short
        orientation = tiff.integer16(at: entry + 8) ?? orientation
      case 4, 9:  // long, signed long
        orientation = tiff.integer32(at: entry + 8) ?? orientation
      default:
        continue
      }
    }
    return orientation
  }
}

/// TIFF data in its own byte order; reads outside give nil.
private struct TIFFData {
  let bytes: UnsafeRawBufferPointer
  let isBigEndian: Bool

  /// Nil unless the data begins with a TIFF header.
  init?(_ bytes: UnsafeRawBufferPointer) {
    if bytes.starts(with: [0x49, 0x49, 0x2A, 0x00]) {
      isBigEndian = false
    } else if bytes.starts(with: [0x4D, 0x4D, 0x00, 0x2A]) {
      isBigEndian = true
    } else {
      return nil
    }
    self.bytes = bytes
  }

  func integer16(at offset: Int) -> Int? {
    bytes.integer(UInt16.self, at: offset, isBigEndian: isBigEndian).map(Int.init)
  }

  func integer32(at offset: Int) -> Int? {
    bytes.integer(UInt32.self, at: offset, isBigEndian: isBigEndian).map(Int.init)
  }
}
