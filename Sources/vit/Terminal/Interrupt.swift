#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Set by the signal handler and read by the threads that do the work; a handler may touch nothing
/// but such a flag and make a few system calls.
nonisolated(unsafe) private var interruptsReceived: sig_atomic_t = 0

/// A pipe that becomes readable with the first interrupt, so that a wait for input ends too,
/// whichever thread the system gave the signal to. Written once, before the handler is installed.
nonisolated(unsafe) private var interruptPipe: (reading: Int32, writing: Int32) = (-1, -1)

/// The first Ctrl-C, or SIGTERM, asks the work to stop at the next image, so that what is done is
/// kept and no temporary file is left; the second ends the process at once.
enum Interrupt {
  static var isRequested: Bool { interruptsReceived != 0 }

  /// Also ignores SIGPIPE and SIGXFSZ, so that a closed pipe and a file that may not grow are errors
  /// from `write` that we can act on.
  static func install() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) == 0 {
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      interruptPipe = (ends[0], ends[1])
    }
    // A parent may have left it blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    handle(SIGINT, handleInterrupt)
    handle(SIGTERM, handleInterrupt)
    handle(SIGBUS, handleLostPages)
  }

  private static func handle(_ signal: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = handler
    #elseif canImport(Musl)
      action.__sa_handler.sa_handler = handler
    #else
      action.__sigaction_handler.sa_handler = handler
    #endif
    sigaction(signal, &action, nil)
  }

  /// Waits until `descriptor` has something to read or has ended.
  ///
  /// - Returns: false after an interrupt.
  static func waitForInput(_ descriptor: Int32) -> Bool {
    while !isRequested {
      var requests = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: interruptPipe.reading, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&requests, nfds_t(requests.count), -1)
      if count > 0 && requests[0].revents != 0 { return true }
      if count < 0 && errno != EINTR { return true }
    }
    return false
  }
}

/// A mapped file that was cut short, or a disk that failed, shows only when a page is touched.
private func handleLostPages(_ number: Int32) {
  let message: StaticString =
    "vit: a model's or vectors' file cannot be read any more; was it changed meanwhile? Start again\n"
  _ = write(2, message.utf8Start, message.utf8CodeUnitCount)
  _exit(ExitStatus.unusable.rawValue)
}

private func handleInterrupt(_ number: Int32) {
  if interruptsReceived != 0 { _exit(ExitStatus.interrupted.rawValue) }
  interruptsReceived = 1
  let savedError = errno
  var byte: UInt8 = 1
  _ = write(interruptPipe.writing, &byte, 1)
  errno = savedError
}
