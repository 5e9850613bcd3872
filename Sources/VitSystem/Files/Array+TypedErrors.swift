/// The standard library's access to an array's memory, which loses the type of what `body` throws.
extension [UInt8] {
  /// An array of as many bytes as `body` put into the memory for `count`.
  ///
  /// - Throws: `outOfMemory` where there is none.
  static func filled(
    _ count: Int, outOfMemory: @autoclosure () -> SystemError,
    _ body: (UnsafeMutableRawBufferPointer) throws(SystemError) -> Int
  ) throws(SystemError) -> [UInt8] {
    var filled = 0
    var bytes: [UInt8]
    do {
      bytes = try InputMemory.array(count: count) { buffer in
        filled = try body(UnsafeMutableRawBufferPointer(buffer))
        // Every element of the array must have a value.
        if filled < count { buffer[filled...].initialize(repeating: 0) }
      }
    } catch let error as SystemError {
      throw error
    } catch {
      throw outOfMemory()
    }
    bytes.removeLast(count - filled)
    return bytes
  }

  func withBytes(
    _ body: (UnsafeRawBufferPointer) throws(SystemError) -> Void
  ) throws(SystemError) {
    try withUnsafeBytes { bytes in
      Result { () throws(SystemError) in try body(bytes) }
    }.get()
  }
}
