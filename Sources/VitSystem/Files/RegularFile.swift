/// An open regular file whose bytes are copied out, not mapped: a file that shrinks meanwhile must
/// not end the process.
package final class RegularFile: Sendable {
  /// Bytes at opening.
  package let size: Int
  let descriptor: FileDescriptor

  package var path: String { descriptor.name }

  /// Opens what turns out to be a regular file; a FIFO or device is refused without waiting for it.
  package init(_ path: String) throws(SystemError) {
    let descriptor = try FileDescriptor(path, for: .reading)
    let status = try descriptor.status()
    guard status.kind == .regular else {
      throw SystemError(path, .opened, .notRegular(status.kind))
    }
    (self.descriptor, size) = (descriptor, status.size)
  }

  /// Up to `count` bytes from `offset` on; fewer only at the file's end.
  package func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
    try descriptor.read(at: offset, count: count)
  }

  /// All bytes, to the end that is found: it may have moved since opening, and files of `/proc` say
  /// that they are empty.
  ///
  /// - Parameter limit: of bytes; a file that says that it has more is refused unread.
  package func contents(limit: Int) throws(SystemError) -> [UInt8] {
    guard size <= limit else {
      throw SystemError(path, .read, .tooLarge(bytes: size, limit: limit))
    }
    var bytes = try read(at: 0, count: size)
    guard bytes.count == size else { return bytes }
    while case let more = try read(at: bytes.count, count: 4096), !more.isEmpty {
      bytes += more
      guard bytes.count <= limit else {
        throw SystemError(path, .read, .tooLarge(bytes: bytes.count, limit: limit))
      }
    }
    return bytes
  }

  /// All bytes of the file at a path.
  package static func contents(of path: String, limit: Int) throws(SystemError) -> [UInt8] {
    try RegularFile(path).contents(limit: limit)
  }
}
