import CLibPNG
import VitSystem

/// The two functions of zlib, which comes with libpng, that PNG metadata needs.
enum Zlib {
  /// CRC-32 as PNG chunks carry it. `bytes` has fewer than 4 GiB.
  static func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(
      truncatingIfNeeded: CLibPNG.crc32(
        0, bytes.bindMemory(to: UInt8.self).baseAddress, UInt32(clamping: bytes.count)))
  }

  /// The content of a zlib stream, or nil where it is damaged or longer than `limit` bytes.
  static func inflate(_ bytes: UnsafeRawBufferPointer, limit: Int) -> [UInt8]? {
    guard limit > 0, let source = bytes.bindMemory(to: UInt8.self).baseAddress else {
      return nil
    }
    let capacity = min(limit, largest(of: bytes.count))
    var status = Z_DATA_ERROR
    var length = uLongf(capacity)
    var output = try? InputMemory.array(of: UInt8.self, count: capacity) { buffer in
      buffer.initialize(repeating: 0)
      status = uncompress(buffer.baseAddress, &length, source, uLong(bytes.count))
    }
    guard status == Z_OK else { return nil }
    output?.removeLast(capacity - Int(length))
    return output
  }

  /// The most bytes that a stream of so many can hold: deflate writes 258 in two bits.
  static func largest(of count: Int) -> Int { count > Int.max / 1032 ? .max : 1032 * count }
}
