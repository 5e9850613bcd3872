import VitSystem

/// A JPEG that lies in another file.
struct JPEGStream {
  /// Where it lies; it may end earlier.
  let range: Range<Int>
  let width: Int
  let height: Int

  var area: Int { width * height }

  /// Segments before the first scan beyond which it is none, and those of all that are looked at in a
  /// file, which bounds the time.
  private static let mostSegments = 1000
  private static let mostSegmentsOfAll = 100_000

  /// Nil unless the range begins with one that can be decoded: of 8 bits, not lossless as sensor data
  /// is, and whose segments follow one another without a gap up to the first scan.
  init?(_ window: inout ByteWindow, in range: Range<Int>) throws(ImageError) {
    var left = Self.mostSegments
    try self.init(&window, in: range, segments: &left)
  }

  /// - Parameter left: how many segments may be looked at.
  private init?(
    _ window: inout ByteWindow, in range: Range<Int>, segments left: inout Int
  ) throws(ImageError) {
    var frame: (width: Int, height: Int)?
    var position = range.lowerBound + 2
    guard try window.bytes(at: range.lowerBound, count: 3) == [0xFF, 0xD8, 0xFF] else { return nil }
    for _ in 0..<min(left, Self.mostSegments) {
      left -= 1
      guard position < range.upperBound, let head = try window.bytes(at: position, count: 4),
        head[0] == 0xFF
      else { return nil }
      let marker = head[1]
      if marker == 0xFF {
        position += 1  // a fill byte
        continue
      }
      let length = Int(head[2]) << 8 | Int(head[3])
      guard length >= 2, marker >= 0xC0, !(0xD0...0xD9).contains(marker) else { return nil }
      switch marker {
      case 0xC0...0xC2, 0xC9, 0xCA:
        guard let data = try window.bytes(at: position + 4, count: 6), data[0] == 8 else {
          return nil
        }
        frame = (Int(data[3]) << 8 | Int(data[4]), Int(data[1]) << 8 | Int(data[2]))
      case 0xC3, 0xC5...0xC7, 0xCB, 0xCD...0xCF: return nil
      case 0xDA:
        guard let frame, frame.width > 0, frame.height > 0 else { return nil }
        (self.range, width, height) = (range, frame.width, frame.height)
        return
      default: break
      }
      position += 2 + length
    }
    return nil
  }

  /// The largest of those that begin anywhere in the file, as far as it is looked through: real files hold
  /// few starts that are none.
  static func largest(in window: inout ByteWindow) throws(ImageError) -> JPEGStream? {
    var best: JPEGStream?
    let file = window.count
    var start = 0
    var left = mostSegmentsOfAll
    while start < file, left > 0 {
      // The last two bytes of a piece are also the first of the next.
      let piece = try window.prefix(at: start, count: pieceBytes)
      for place in starts(in: piece) where left > 0 {
        // Heads of segments are read through another window, so that this one stays where it is.
        var other = window
        let found = try JPEGStream(&other, in: (start + place)..<file, segments: &left)
        if let found, found.area > best?.area ?? 0 { best = found }
      }
      guard piece.count > 2 else { break }
      start += start + piece.count == file ? piece.count : piece.count - 2
    }
    return best
  }

  private static let pieceBytes = 1 << 16

  private static func starts(in bytes: [UInt8]) -> [Int] {
    bytes.withUnsafeBufferPointer { bytes in
      var places: [Int] = []
      var place = 0
      while place + 2 < bytes.count {
        if bytes[place] == 0xFF, bytes[place + 1] == 0xD8, bytes[place + 2] == 0xFF {
          places.append(place)
        }
        place += 1
      }
      return places
    }
  }
}
