#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An exclusive lock that other programs see (`flock`), held as long as the object lives; the system
/// lets go of it whatever ends the process.
///
/// A file system that knows no locks grants every one: what is done under a lock must be safe
/// without, if slower or done twice.
package final class FileLock: Sendable {
  private let descriptor: FileDescriptor

  /// Locks a file, and makes it where there is none.
  ///
  /// - Parameter permissions: of a new file.
  /// - Returns: nil where another holds the lock.
  package init?(file path: String, permissions: UInt16) throws(SystemError) {
    while true {
      let descriptor = try FileDescriptor(path, for: .updating, permissions: permissions)
      guard Self.take(descriptor) else { return nil }
      // Who held it may have removed the file: then a newcomer locks another one of that name.
      if let named = try? FileStatus(path), try descriptor.status().identity == named.identity {
        self.descriptor = descriptor
        return
      }
    }
  }

  /// Locks a folder.
  ///
  /// - Returns: nil where another holds the lock.
  package init?(folder path: String) throws(SystemError) {
    descriptor = try FileDescriptor(path, for: .folder)
    guard Self.take(descriptor) else { return nil }
  }

  private static func take(_ descriptor: FileDescriptor) -> Bool {
    flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
  }
}
