#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that takes its name when it is whole: whatever ends the process before, what had the name
/// is still there.
package final class TemporaryFile {
  /// What a name ends in until the file is whole, before six letters of chance.
  package static let mark = ".part."

  package let descriptor: Int32
  private let path: String
  private let temporaryPath: String
  private var isOpen = true

  /// - Parameters:
  ///   - path: The name that it will have; the folder must be there.
  ///   - permissions: nil for those of any new file.
  package init(for path: String, permissions: mode_t? = nil) throws(SystemError) {
    var template = Array("\(path)\(Self.mark)XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw SystemError() }
    self.path = path
    temporaryPath = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    // `mkstemp` lets nobody else read.
    let mask = umask(0)
    umask(mask)
    fchmod(descriptor, permissions ?? 0o666 & ~mask)
  }

  deinit { discard() }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    try writeAll(bytes, to: descriptor)
  }

  /// Gives the file its name.
  ///
  /// - Parameter synchronized: Whether it is on the disk before: then not even a power cut leaves
  ///   half of it.
  package func finish(synchronized: Bool) throws(SystemError) {
    defer { discard() }
    if synchronized { guard fsync(descriptor) == 0 else { throw SystemError() } }
    isOpen = false
    // Some file systems tell only here that the disk is full.
    guard close(descriptor) == 0, rename(temporaryPath, path) == 0 else {
      let error = SystemError()
      unlink(temporaryPath)
      throw error
    }
  }

  private func discard() {
    guard isOpen else { return }
    isOpen = false
    close(descriptor)
    unlink(temporaryPath)
  }
}

/// What the system says of a call that failed.
package struct SystemError: Error {
  package let code: Int32

  package init(_ code: Int32 = errno) { self.code = code }

  package var reason: String { String(cString: strerror(code)) }
}

/// Writes all of `bytes`, in as many calls as that takes.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(SystemError) {
  var rest = bytes
  while !rest.isEmpty {
    let written = write(descriptor, rest.baseAddress, rest.count)
    if written < 0 && errno == EINTR { continue }
    // A write that takes nothing would be tried for ever.
    guard written > 0 else { throw SystemError(written < 0 ? errno : EIO) }
    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
  }
}
