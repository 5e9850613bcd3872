#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A pipe that a signal handler makes readable, so that a wait for input ends too, whichever thread
/// the system gave the signal to.
package struct WakePipe: Sendable {
  private let reading: Int32
  private let writing: Int32

  /// Its ends stay open as long as the process lives. Nil where it has too many open files.
  package init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  /// Ends all waits, also those to come. A signal handler may call it.
  package func wake() {
    let savedError = errno
    var byte: UInt8 = 1
    _ = write(writing, &byte, 1)
    errno = savedError
  }

  /// Waits until a file has something to read, or has ended, or the pipe is woken or a signal comes.
  ///
  /// - Returns: whether the file is worth a read, which may fail.
  package func waitForInput(_ file: FileDescriptor) -> Bool {
    var requests = [
      pollfd(fd: file.number, events: Int16(POLLIN), revents: 0),
      pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
    ]
    let count = poll(&requests, nfds_t(requests.count), -1)
    return count < 0 ? errno != EINTR : requests[0].revents != 0
  }
}
