#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the system or a person tells a process between two of its instructions.
package enum Signal: Sendable {
  /// Ctrl-C.
  case interrupt
  /// What `kill` and a service manager send.
  case termination
  /// The terminal was closed, or the connection to it was lost.
  case hangup
  /// A write to a pipe that nobody reads.
  case brokenPipe
  /// A write that would make a file larger than the process may.
  case fileSizeLimit
  /// A page of a mapped file that is no longer there.
  case lostPage

  private var number: Int32 {
    switch self {
    case .interrupt: SIGINT
    case .termination: SIGTERM
    case .hangup: SIGHUP
    case .brokenPipe: SIGPIPE
    case .fileSizeLimit: SIGXFSZ
    case .lostPage: SIGBUS
    }
  }

  /// Whether a signal handler was called for this one.
  package func isThat(_ number: Int32) -> Bool { self.number == number }

  /// Whether it does nothing now. Who started the process may have asked for that: `nohup`, and a
  /// shell that starts a command of a script in the background.
  package var isIgnored: Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    #if canImport(Darwin)
      let handler = action.__sigaction_u.__sa_handler
    #elseif canImport(Musl)
      let handler = action.__sa_handler.sa_handler
    #else
      let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// The call that it would have ended fails instead.
  package func ignore() { signal(number, SIG_IGN) }

  /// Lets it through in the calling thread, and those that it starts: who started the process may
  /// have left it blocked.
  package func unblock() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// - Parameter handler: May touch nothing but flags of one word, and call nothing but
  ///   `WakePipe.wake`, `UnfinishedFiles.removeAll` and the functions of `SignalHandler`: the signal
  ///   may have come while a lock was held, of the allocator for example.
  package func handle(_ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = handler
    #elseif canImport(Musl)
      action.__sa_handler.sa_handler = handler
    #else
      action.__sigaction_handler.sa_handler = handler
    #endif
    sigaction(number, &action, nil)
  }
}

/// What a signal handler may do.
package enum SignalHandler {
  /// Writes to standard error, as far as that takes it.
  package static func say(_ message: StaticString) {
    _ = write(2, message.utf8Start, message.utf8CodeUnitCount)
  }

  /// Ends the process at once, without what is to be done at its exit.
  package static func endProcess(_ status: Int32) -> Never { _exit(status) }
}
