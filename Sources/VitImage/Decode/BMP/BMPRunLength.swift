import VitSystem

/// The run-length compression of a BMP's indices (RLE4 and RLE8 of Microsoft's bitmap storage), as Pillow's
/// `BmpRleDecoder` reads it.
///
/// A pair of bytes is a count and a value, repeated so often but not past the row's end; after a count of 0
/// it is 0 for the end of the row, 1 for that of the picture, 2 for a way to the right and up, in the next
/// two bytes, else the number of values that follow, filled up to an even number of bytes, which may go
/// on in the next row. What is passed over has the index 0.
enum BMPRunLength {
  /// The pixels' indices, `[height × width]`, and how many of them there are; those behind are 0.
  ///
  /// - Parameters:
  ///   - bytes: the file from the first pair on.
  ///   - start: its place in the file: filling is up to even places there.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, start: Int, bits: Int, width: Int, height: Int
  ) throws -> (indices: [UInt8], count: Int) {
    var count = 0
    let indices = try InputMemory.array(of: UInt8.self, count: width * height) { pixels in
      pixels.initialize(repeating: 0)
      count = decode(bytes, start: start, bits: bits, width: width, to: pixels)
    }
    return (indices, count)
  }

  private static func decode(
    _ bytes: UnsafeRawBufferPointer, start: Int, bits: Int, width: Int,
    to pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    var position = 0
    func next() -> UInt8? {
      guard position < bytes.count else { return nil }
      defer { position += 1 }
      return bytes[position]
    }
    /// Value `index` of a run, or of bytes that hold two.
    func value(_ byte: UInt8, _ index: Int) -> UInt8 {
      bits == 8 ? byte : index % 2 == 0 ? byte >> 4 : byte & 15
    }
    var filled = 0
    var column = 0
    while filled < pixels.count {
      guard let times = next(), let byte = next() else { break }
      if times > 0 {
        let run = max(0, min(Int(times), width - column, pixels.count - filled))
        for index in 0..<run { pixels[filled + index] = value(byte, index) }
        filled += run
        column += run
        continue
      }
      switch byte {
      case 0:
        filled = min(pixels.count, (filled + width - 1) / width * width)
        column = 0
      case 1: return filled
      case 2:
        guard let right = next(), let up = next() else { return filled }
        filled = min(pixels.count, filled + Int(right) + Int(up) * width)
        column = filled % width
      default:
        let wanted = min(Int(byte), pixels.count - filled)
        let perByte = 8 / bits
        for index in 0..<wanted {
          let place = position + index / perByte
          guard place < bytes.count else { return filled }
          pixels[filled] = value(bytes[place], index)
          filled += 1
        }
        position += (wanted + perByte - 1) / perByte
        column += Int(byte)
        if (start + position) % 2 != 0 { position += 1 }
      }
    }
    return filled
  }
}
