#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Set by the signal handler and read by the one thread that drives the work. A handler may touch
/// nothing but such a flag.
nonisolated(unsafe) private var interruptsReceived: sig_atomic_t = 0

/// The first Ctrl-C asks the work to stop at the next image, so that what is done is kept; the
/// second ends the process at once.
enum Interrupt {
  static var isRequested: Bool { interruptsReceived != 0 }

  /// Also ignores SIGPIPE, so that a closed pipe is an error from `write` that we can act on.
  static func install() {
    signal(SIGPIPE, SIG_IGN)
    // Without SA_RESTART, so that a read of standard input that waits for its peer ends too.
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = handleInterrupt
    #elseif canImport(Musl)
      action.__sa_handler.sa_handler = handleInterrupt
    #else
      action.__sigaction_handler.sa_handler = handleInterrupt
    #endif
    sigaction(SIGINT, &action, nil)
  }
}

private func handleInterrupt(_ number: Int32) {
  if interruptsReceived != 0 { _exit(ExitStatus.interrupted.rawValue) }
  interruptsReceived = 1
}
