import VitSystem

/// Copies of a file in which few bytes are others, for what a library does not read as it lies.
extension HEIFContainer {
  /// The last box tells no end, and ends with the file; nil where it tells one.
  func copyWithEnd(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> [UInt8]? {
    guard let box = openBox, box.toldEnd == nil, byteCount - box.start <= UInt32.max else {
      return nil
    }
    var copy = try copy(bytes, count: bytes.count)
    Self.write([byteCount - box.start], size: 4, at: box.start, in: &copy)
    return copy
  }

  /// Zeros where the last box goes on behind the file's end; nil where none does.
  ///
  /// - Throws: `ImageError.truncated` where that is behind the limit of a file.
  func copyWithZeros(
    _ bytes: UnsafeRawBufferPointer, limit: Int
  ) throws(ImageError) -> [UInt8]? {
    guard let box = openBox, box.isCut, let end = box.toldEnd else { return nil }
    guard end <= limit else {
      throw .truncated(
        name: name, format: format, reason: "\(byteCount) of \(end) bytes are there")
    }
    return try copy(bytes, count: end)
  }

  /// The primary image is its own transparency; nil where that is not of another form than the colour.
  func copyOfAlpha(
    _ bytes: UnsafeRawBufferPointer, _ picture: HEIFPicture
  ) throws(ImageError) -> [UInt8]? {
    guard picture.isDerived, let primary, let grid = items[primary], let primaryPlace else {
      return nil
    }
    let (numbers, place): ([Int], Range<Int>)
    if let alpha = picture.alpha {
      (numbers, place) = ([alpha], primaryPlace)
    } else {
      (numbers, place) = (picture.partAlphas, grid.partsPlace)
    }
    guard !numbers.isEmpty, place.upperBound <= bytes.count else { return nil }
    let size = place.count / numbers.count
    guard size == 2 || size == 4, size * numbers.count == place.count else { return nil }
    var copy = try copy(bytes, count: bytes.count)
    Self.write(numbers, size: size, at: place.lowerBound, in: &copy)
    return copy
  }

  private func copy(
    _ bytes: UnsafeRawBufferPointer, count: Int
  ) throws(ImageError) -> [UInt8] {
    do {
      return try InputMemory.array(of: UInt8.self, count: count) {
        let copy = UnsafeMutableRawBufferPointer($0)
        copy.copyMemory(from: bytes)
        copy[bytes.count...].initializeMemory(as: UInt8.self, repeating: 0)
      }
    } catch {
      throw .outOfMemory(name: name)
    }
  }

  private static func write(_ numbers: [Int], size: Int, at place: Int, in bytes: inout [UInt8]) {
    for (index, number) in numbers.enumerated() {
      for byte in 0..<size {
        bytes[place + index * size + byte] = UInt8(
          truncatingIfNeeded: number >> (8 * (size - 1 - byte)))
      }
    }
  }
}
