#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open file, which closes itself with its last reference. It is not handed on to programs that
/// the process starts. Calls that a signal interrupts are made again, but for the opening, which an
/// interrupt has to end where it waits for somebody at a FIFO's other end.
///
/// `Sendable`, because the number never changes; who reads and writes at the file's own place, and
/// not at an offset, does so from one thread.
package final class FileDescriptor: Sendable {
  package enum Access: Sendable {
    /// Reads; what is no regular file is opened without waiting for anybody.
    case reading
    /// Reads; where it is a FIFO, waits until somebody opens it for writing.
    case streaming
    /// Writes to what is there, a device or FIFO.
    case writing
    /// Reads and writes; made where nothing is. A symbolic link is refused.
    case updating
    /// Writes to a file that was not there before; what has the name is refused.
    case creating
    /// A folder, to lock it.
    case folder

    fileprivate var flags: Int32 {
      switch self {
      case .reading: O_RDONLY | O_NONBLOCK
      case .streaming: O_RDONLY
      case .writing: O_WRONLY
      case .updating: O_RDWR | O_CREAT | O_NOFOLLOW
      case .creating: O_RDWR | O_CREAT | O_EXCL
      case .folder: O_RDONLY | O_DIRECTORY
      }
    }
  }

  /// What errors call it.
  let name: String
  let number: Int32
  private let isOwned: Bool

  package static let standardInput = FileDescriptor(standard: 0, "standard input")
  package static let standardOutput = FileDescriptor(standard: 1, "standard output")
  package static let standardError = FileDescriptor(standard: 2, "standard error")

  private init(standard number: Int32, _ name: String) {
    (self.number, self.name, isOwned) = (number, name, false)
  }

  /// - Parameters:
  ///   - permissions: of a file that is made, less what the process's mask takes away.
  ///   - name: for errors, where the path would tell nobody anything.
  package init(
    _ path: String, for access: Access, permissions: UInt16 = 0o666, name: String? = nil
  ) throws(SystemError) {
    self.name = name ?? path
    // C would cut the path at a NUL, and open another file.
    guard !path.utf8.contains(0) else {
      throw SystemError(self.name, .opened, code: .noSuchFileOrDirectory)
    }
    number = path.withSystemName { open($0, access.flags | O_CLOEXEC, mode_t(permissions)) }
    isOwned = true
    guard number >= 0 else { throw SystemError(self.name, .opened) }
  }

  deinit { if isOwned && number >= 0 { close(number) } }

  package func status() throws(SystemError) -> FileStatus {
    try FileStatus(descriptor: number, name: name)
  }

  package var isTerminal: Bool { isatty(number) == 1 }

  /// Characters of a line, where it is a terminal that says so.
  package var columns: Int? {
    var size = winsize()
    guard ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Whether a read would find bytes or the end without waiting.
  package var isReadable: Bool {
    var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) > 0
  }

  // MARK: Reading

  /// As many bytes as are there, up to `count`, from the file's own place on; waits for the first.
  /// Empty at the end.
  package func read(upTo count: Int) throws(SystemError) -> [UInt8] {
    try [UInt8].filled(count, outOfMemory: outOfMemory) { (buffer) throws(SystemError) in
      try retried(.read) { systemRead(number, buffer.baseAddress, buffer.count) }
    }
  }

  /// Up to `count` bytes from an offset on; fewer only at the file's end.
  package func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
    try [UInt8].filled(count, outOfMemory: outOfMemory) { (buffer) throws(SystemError) in
      var filled = 0
      while filled < count {
        let read = try retried(.read) {
          pread(number, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
        }
        if read == 0 { break }
        filled += read
      }
      return filled
    }
  }

  private var outOfMemory: SystemError { SystemError(name, .read, code: .notEnoughMemory) }

  // MARK: Writing

  /// Writes all bytes at the file's own place.
  package func write(_ bytes: [UInt8]) throws(SystemError) {
    try bytes.withBytes { (bytes) throws(SystemError) in try write(bytes) }
  }

  /// Writes all bytes at an offset, which need not be within the file.
  package func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
    try bytes.withBytes { (bytes) throws(SystemError) in try write(bytes, at: offset) }
  }

  /// Writes all bytes at the file's own place.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    try writeAll(bytes) { rest, _ in systemWrite(number, rest.baseAddress, rest.count) }
  }

  /// Writes all bytes at an offset, which need not be within the file.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) {
    try writeAll(bytes) { rest, written in
      pwrite(number, rest.baseAddress, rest.count, off_t(offset + written))
    }
  }

  /// Takes all bytes out of the file.
  package func removeAll() throws(SystemError) {
    _ = try retried(.written) { Int(ftruncate(number, 0)) }
  }

  /// Waits until what was written is on the disk.
  package func synchronize() throws(SystemError) {
    _ = try retried(.written) { Int(fsync(number)) }
  }

  /// Learns of a full disk from file systems that tell it only when a descriptor is closed (NFS,
  /// FUSE), by closing a second one.
  package func checkWritten() throws(SystemError) {
    let second = try retried(.written) { Int(fcntl(number, F_DUPFD_CLOEXEC, 0)) }
    guard close(Int32(second)) == 0 else { throw SystemError(name, .written) }
  }

  /// As far as the file system knows permissions, and may change them.
  func setPermissions(_ permissions: UInt16) { fchmod(number, mode_t(permissions)) }

  private func writeAll(
    _ bytes: UnsafeRawBufferPointer, _ call: (UnsafeRawBufferPointer, _ written: Int) -> Int
  ) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      let count = try retried(.written) { call(rest, written) }
      // A write that takes nothing would be tried for ever.
      guard count > 0 else { throw SystemError(name, .written, code: .ioError) }
      written += count
    }
  }

  private func retried(
    _ attempt: SystemError.Attempt, _ call: () -> Int
  ) throws(SystemError) -> Int {
    while true {
      let result = call()
      if result >= 0 { return result }
      guard errno == EINTR else { throw SystemError(name, attempt) }
    }
  }
}

/// `read(2)`, which the method of that name hides.
private func systemRead(
  _ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int
) -> Int {
  read(descriptor, buffer, count)
}

/// `write(2)`, which the method of that name hides.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
