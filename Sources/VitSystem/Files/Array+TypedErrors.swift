/// The standard library's access to an array's memory, which loses the type of what `body` throws.
extension [UInt8] {
  /// An array of as many bytes as `body` put into the memory for `count`.
  static func filled(
    _ count: Int, _ body: (UnsafeMutableRawBufferPointer) throws(SystemError) -> Int
  ) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(SystemError) {
        filled = try body(UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
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
