import VitSystem

/// Whether an interrupt came: set by the signal handler and read by the threads that do the work; a
/// handler may touch nothing but such a word and make a few system calls.
nonisolated(unsafe) private var interruptsReceived: Int32 = 0

/// Scopes of work that stops by itself at the next input and keeps what is done.
nonisolated(unsafe) private var keepingScopes: Int32 = 0

/// Woken by the first interrupt. Written once, before the handler is installed.
nonisolated(unsafe) private var interruptPipe: WakePipe?

/// What Ctrl-C, SIGTERM and SIGHUP (a closed terminal) do: work that has results to keep stops at the
/// next input, and keeps what is done; all other ends at once. So does any at the second Ctrl-C or
/// SIGTERM. No temporary file is left in either case.
///
/// One that was ignored when the process began, as `nohup` and a script's `command &` have it, stays
/// ignored.
enum Interrupt {
  static var isRequested: Bool { interruptsReceived != 0 }

  /// Also ignores SIGPIPE and SIGXFSZ, so that a closed pipe and a file that may not grow are errors
  /// from `write` that we can act on.
  static func install() {
    for signal in [Signal.brokenPipe, .fileSizeLimit] { signal.ignore() }
    interruptPipe = WakePipe()
    UnfinishedFiles.prepare()
    for signal in [Signal.interrupt, .termination, .hangup] where !signal.isIgnored {
      signal.unblock()
      signal.handle(handleInterrupt)
    }
    Signal.lostPage.handle(handleLostPages)
  }

  /// From now on there are results to keep: who works asks `isRequested` before each input.
  static func keepResults() { keepingScopes += 1 }

  /// Ends what `keepResults` began.
  static func endKeepingResults() { keepingScopes -= 1 }

  /// Waits until `file` has something to read or has ended.
  ///
  /// - Returns: false after an interrupt.
  static func waitForInput(_ file: FileDescriptor) -> Bool {
    while !isRequested {
      // Without a pipe, which only a lack of descriptors explains, the read waits instead.
      guard let interruptPipe, !interruptPipe.waitForInput(file) else { return true }
    }
    return false
  }
}

/// A mapped file that was cut short, or a disk that failed, shows only when a page is touched.
private func handleLostPages(_ number: Int32) {
  SignalHandler.say(
    "vit: a model's or vectors' file cannot be read any more; was it changed meanwhile? Start again\n"
  )
  UnfinishedFiles.removeAll()
  SignalHandler.endProcess(ExitStatus.unusable.rawValue)
}

private func handleInterrupt(_ number: Int32) {
  // A terminal that closes may send SIGHUP twice, by the system and by the shell.
  let isRepeated = interruptsReceived != 0 && !Signal.hangup.isThat(number)
  if keepingScopes == 0 || isRepeated {
    UnfinishedFiles.removeAll()
    SignalHandler.say("vit: interrupted\n")
    SignalHandler.endProcess(ExitStatus.interrupted.rawValue)
  }
  interruptsReceived = 1
  interruptPipe?.wake()
}
