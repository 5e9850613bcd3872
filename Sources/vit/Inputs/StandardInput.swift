import VitSystem

/// The bytes of one image, from a pipe or a file.
enum StandardInput {
  /// - Throws: `InputFailure`, also after an interrupt and where there are more bytes than `limit`.
  static func readAll(limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      guard Interrupt.waitForInput(.standardInput) else {
        throw InputFailure(reason: "interrupted")
      }
      let chunk: [UInt8]
      do {
        chunk = try FileDescriptor.standardInput.read(upTo: 1 << 16)
      } catch {
        throw InputFailure(reason: "cannot be read (\(error.reason)); feed it an image's bytes")
      }
      if chunk.isEmpty { return bytes }
      guard bytes.count + chunk.count <= limit else {
        throw InputFailure(reason: "more than the \(limit) bytes allowed; raise --max-bytes")
      }
      bytes += chunk
    }
  }
}
