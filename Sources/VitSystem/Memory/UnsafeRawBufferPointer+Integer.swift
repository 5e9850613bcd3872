extension UnsafeRawBufferPointer {
  /// The number that lies at a place, of any alignment; nil unless all of it lies within.
  package func integer<Number: FixedWidthInteger & BitwiseCopyable>(
    _: Number.Type, at offset: Int, isBigEndian: Bool = false
  ) -> Number? {
    guard offset >= 0, offset <= count - MemoryLayout<Number>.size else { return nil }
    let stored = loadUnaligned(fromByteOffset: offset, as: Number.self)
    return isBigEndian ? Number(bigEndian: stored) : Number(littleEndian: stored)
  }
}
