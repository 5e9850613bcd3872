#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A lock that other programs see: `flock` on a file, as Python's `filelock` takes it.
final class FileLock {
  private let descriptor: Int32

  /// Waits until the lock is free.
  ///
  /// - Parameter wait: called while another holds it, some ten times a second; throws to give up.
  init(_ path: String, wait: () throws(HubError) -> Void) throws(HubError) {
    while true {
      // Group-writable, so that users who share a cache can wait for each other.
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o664)
      guard descriptor >= 0 else { throw failure(path) }
      while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        // A file system that knows no locks: the rename at the end still makes a file whole.
        guard errno == EWOULDBLOCK || errno == EINTR else { break }
        do throws(HubError) {
          try wait()
        } catch {
          close(descriptor)
          throw error
        }
        usleep(100_000)
      }
      // The one who had it may have removed the file: then a newcomer locks another one.
      var (held, named) = (stat(), stat())
      if fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino,
        held.st_dev == named.st_dev
      {
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit { close(descriptor) }
}
