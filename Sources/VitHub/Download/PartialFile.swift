#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that is not whole yet, and the hash of what is there.
final class PartialFile {
  let path: String
  let size: Int
  private let expected: ContentHash
  private let descriptor: Int32
  private var hasher: ContentHasher
  /// How many bytes are there.
  private(set) var count = 0

  /// Opens what an earlier download left, or begins anew.
  ///
  /// - Parameter size: of the whole file.
  init(_ path: String, size: Int, expected: ContentHash) throws(HubError) {
    (self.path, self.size, self.expected) = (path, size, expected)
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    hasher = ContentHasher(expected.kind, size: size)
    guard descriptor >= 0 else { throw failure(path) }
    try readExisting()
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func append(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
    var rest = bytes
    while !rest.isEmpty {
      let written = pwrite(descriptor, rest.baseAddress, rest.count, off_t(count))
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure(path) }
      hasher.update(UnsafeRawBufferPointer(rebasing: rest[..<written]))
      count += written
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  func restart() throws(HubError) {
    guard ftruncate(descriptor, 0) == 0 else { throw failure(path) }
    hasher = ContentHasher(expected.kind, size: size)
    count = 0
  }

  /// The hash of the whole, when all is there.
  func hash() -> String { hasher.finalized() }

  /// Gives the file its final name, on the disk and whole.
  func move(to destination: String) throws(HubError) {
    guard fsync(descriptor) == 0, rename(path, destination) == 0 else {
      throw failure(destination)
    }
  }

  func remove() { unlink(path) }

  private func readExisting() throws(HubError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path) }
    guard status.st_size <= size else { return try restart() }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while count < status.st_size {
      let got = pread(
        descriptor, &buffer, min(buffer.count, Int(status.st_size) - count), off_t(count))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { return try restart() }
      buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
      count += got
    }
  }
}
