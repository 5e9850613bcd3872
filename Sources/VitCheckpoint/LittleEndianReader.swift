import VitSystem

/// Reads numbers at checked places.
struct LittleEndianReader {
  let bytes: UnsafeRawBufferPointer
  let file: String

  private func load<Number: FixedWidthInteger & BitwiseCopyable>(
    _ offset: Int, _: Number.Type
  ) throws(CheckpointError) -> Number {
    guard let number = bytes.integer(Number.self, at: offset) else {
      throw .malformed(
        file: file, offset: max(0, min(offset, bytes.count)), reason: "the file ends here")
    }
    return number
  }

  func int16(_ offset: Int) throws(CheckpointError) -> Int { Int(try load(offset, UInt16.self)) }
  func int32(_ offset: Int) throws(CheckpointError) -> Int { Int(try load(offset, UInt32.self)) }

  /// A 64-bit size that a file of this world can have.
  func int64(_ offset: Int) throws(CheckpointError) -> Int {
    let value = try load(offset, UInt64.self)
    guard value < 1 << 56 else {
      throw .malformed(file: file, offset: offset, reason: "the size \(value)")
    }
    return Int(value)
  }

  func range(_ start: Int, _ count: Int) throws(CheckpointError) -> UnsafeRawBufferPointer {
    guard start >= 0, count >= 0, start <= bytes.count, count <= bytes.count - start else {
      throw .malformed(
        file: file, offset: max(0, min(start, bytes.count)),
        reason: "\(count) bytes from here go past the end of the file")
    }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
  }
}
