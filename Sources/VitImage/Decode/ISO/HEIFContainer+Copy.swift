import VitSystem

extension HEIFContainer {
  /// A copy of the file whose last box ends where the file does: libraries refuse one that tells another
  /// end, or none (libavif 0.11), whether anything of it is missed or not. Nil where it does.
  func copyWithEnd(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> [UInt8]? {
    guard let box = openBox else { return nil }
    let size = byteCount - box.start
    if box.content.lowerBound - box.start == 16 {
      return try copy(bytes, at: box.start + 8, UInt64(size), size: 8)
    }
    guard size <= UInt32.max else { return nil }
    return try copy(bytes, at: box.start, UInt64(size), size: 4)
  }

  /// A copy of the file whose primary image is another one.
  func copy(_ bytes: UnsafeRawBufferPointer, primary: Int) throws(ImageError) -> [UInt8]? {
    guard let primaryPlace, primaryPlace.upperBound <= bytes.count else { return nil }
    return try copy(
      bytes, at: primaryPlace.lowerBound, UInt64(primary), size: primaryPlace.count)
  }

  private func copy(
    _ bytes: UnsafeRawBufferPointer, at place: Int, _ value: UInt64, size: Int
  ) throws(ImageError) -> [UInt8] {
    do {
      var copy = try InputMemory.array(of: UInt8.self, count: bytes.count) {
        UnsafeMutableRawBufferPointer($0).copyMemory(from: bytes)
      }
      for index in 0..<size {
        copy[place + index] = UInt8(truncatingIfNeeded: value >> (8 * (size - 1 - index)))
      }
      return copy
    } catch {
      throw .outOfMemory(name: name)
    }
  }
}
