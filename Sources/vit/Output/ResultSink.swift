#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where results go: standard output, or a file that takes its name only when it is whole.
///
/// A failed write throws `CommandFailure` with status 74, a reader that has gone `ClosedPipe`.
final class ResultSink {
  /// What messages call it.
  let name: String
  private let descriptor: Int32
  /// The file's name while it is being written; nil for standard output and for devices.
  private var temporaryPath: String?
  private let finalPath: String
  private var buffer: [UInt8] = []

  /// - Parameter path: nil or `-` for standard output.
  init(path: String?) throws {
    guard let path, path != "-" else {
      (name, finalPath, descriptor, temporaryPath) = ("standard output", "", 1, nil)
      return
    }
    name = path
    var status = stat()
    if stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG {
      guard status.st_mode & S_IFMT != S_IFDIR else {
        throw CommandFailure(.cannotWrite, "\(path): is a folder; name a file in it")
      }
      // A device or a named pipe: there is nothing to rename.
      let descriptor = open(path, O_WRONLY)
      guard descriptor >= 0 else { throw Self.failure(path) }
      (finalPath, self.descriptor, temporaryPath) = (path, descriptor, nil)
      return
    }
    // A link stays a link, and what it points to is replaced.
    let target = realpath(path, nil).map { pointer in
      defer { free(pointer) }
      return String(cString: pointer)
    }
    let final = target ?? path
    var template = Array("\(final).XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw Self.failure(path) }
    // `mkstemp` lets nobody else read; a result has the rights of any new file.
    let mask = umask(0)
    umask(mask)
    fchmod(descriptor, target == nil ? 0o666 & ~mask : status.st_mode & 0o777)
    temporaryPath = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    (finalPath, self.descriptor) = (final, descriptor)
  }

  deinit {
    guard let temporaryPath else { return }
    close(descriptor)
    unlink(temporaryPath)
  }

  var isTerminal: Bool { isatty(descriptor) == 1 }

  func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= 1 << 16 { try flush() }
  }

  func flush() throws {
    let pending = buffer
    buffer.removeAll(keepingCapacity: true)
    try pending.withUnsafeBytes { try writeAll($0) }
  }

  /// Puts other bytes over what was written at `offset`; for headers that hold a count.
  func overwrite(_ bytes: [UInt8], at offset: Int) throws {
    try flush()
    guard pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count else {
      throw Self.failure(name)
    }
  }

  /// Writes what is left and gives the file its name.
  func finish() throws {
    try flush()
    guard let temporaryPath else { return }
    // Some file systems tell only here that the disk is full.
    guard close(descriptor) == 0, rename(temporaryPath, finalPath) == 0 else {
      let failure = Self.failure(name)
      unlink(temporaryPath)
      self.temporaryPath = nil
      throw failure
    }
    self.temporaryPath = nil
  }

  private func writeAll(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      #if canImport(Darwin)
        let written = Darwin.write(descriptor, rest.baseAddress, rest.count)
      #elseif canImport(Musl)
        let written = Musl.write(descriptor, rest.baseAddress, rest.count)
      #else
        let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
      #endif
      if written < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE { throw ClosedPipe() }
        throw Self.failure(name)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  private static func failure(_ name: String) -> CommandFailure {
    let remedy =
      switch errno {
      case ENOSPC, EDQUOT: "free some space"
      case ENOENT: "make the folder first"
      default: "choose another --output"
      }
    return CommandFailure(
      .cannotWrite, "\(name): cannot be written (\(systemError())); \(remedy)")
  }
}
