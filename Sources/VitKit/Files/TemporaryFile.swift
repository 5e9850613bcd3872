#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that takes its name when it is whole. If the process ends before, what had the name is
/// still there, and a file with a temporary name beside it may be left.
package final class TemporaryFile {
  /// What the temporary name adds to the final one, before six random characters.
  package static let mark = ".part."

  package let descriptor: Int32
  private let path: String
  private let temporaryPath: String
  private var isOpen = true

  /// - Parameters:
  ///   - path: the name that it will have; the folder must be there.
  ///   - permissions: nil for those of any new file.
  package init(for path: String, permissions: mode_t? = nil) throws(SystemError) {
    var template = Array("\(path)\(Self.mark)XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw SystemError() }
    self.path = path
    temporaryPath = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    // `mkstemp` gives only the owner access.
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
  /// - Parameter synchronized: whether to wait until the content is on the disk, so that after a
  ///   power cut the name stands for the old content or the whole new one.
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

/// The `errno` of a system call that failed.
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
    // `write` may return 0 for a file that takes no more; trying again would never end.
    guard written > 0 else { throw SystemError(written < 0 ? errno : EIO) }
    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
  }
}
