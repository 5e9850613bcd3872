import CLibPNG

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
    var status = Z_DATA_ERROR
    let output = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      var length = uLongf(limit)
      status = uncompress(buffer.baseAddress, &length, source, uLong(bytes.count))
      count = status == Z_OK ? Int(length) : 0
    }
    return status == Z_OK ? output : nil
  }
}
