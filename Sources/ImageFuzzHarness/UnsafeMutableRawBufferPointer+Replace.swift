extension UnsafeMutableRawBufferPointer {
  /// Writes a text over the bytes from `start` on, as far as there are any.
  public func replace(from start: Int, with text: StaticString) {
    text.withUTF8Buffer {
      for (index, byte) in $0.enumerated() where start + index < count {
        self[start + index] = byte
      }
    }
  }
}
