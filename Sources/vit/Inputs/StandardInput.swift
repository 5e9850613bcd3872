import VitKit

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The bytes of one image, from a pipe or a file.
enum StandardInput {
  /// - Throws: `InputFailure`, also after an interrupt and where there are more bytes than `limit`.
  static func readAll(limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      guard Interrupt.waitForInput(0) else { throw InputFailure(reason: "interrupted") }
      let count = read(0, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw InputFailure(
          reason: "cannot be read (\(SystemError().reason)); feed it an image's bytes")
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else {
        throw InputFailure(reason: "more than the \(limit) bytes allowed; raise --max-bytes")
      }
      bytes.append(contentsOf: chunk[..<count])
    }
  }
}
