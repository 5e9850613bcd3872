import VitSystem

/// How many interrupts came: set by the signal handler and read by the threads that do the work; a
/// handler may touch nothing but such a word and make a few system calls.
nonisolated(unsafe) private var interruptsReceived: Int32 = 0

/// Woken by the first interrupt. Written once, before the handler is installed.
nonisolated(unsafe) private var interruptPipe: WakePipe?

/// The first Ctrl-C, or SIGTERM, asks the work to stop at the next image, so that what is done is
/// kept and no temporary file is left; the second ends the process at once.
enum Interrupt {
  static var isRequested: Bool { interruptsReceived != 0 }

  /// Also ignores SIGPIPE and SIGXFSZ, so that a closed pipe and a file that may not grow are errors
  /// from `write` that we can act on.
  static func install() {
    for signal in [Signal.brokenPipe, .fileSizeLimit] { signal.ignore() }
    interruptPipe = WakePipe()
    for signal in [Signal.interrupt, .termination] {
      signal.unblock()
      signal.handle(handleInterrupt)
    }
    Signal.lostPage.handle(handleLostPages)
  }

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
  SignalHandler.endProcess(ExitStatus.unusable.rawValue)
}

private func handleInterrupt(_ number: Int32) {
  if interruptsReceived != 0 { SignalHandler.endProcess(ExitStatus.interrupted.rawValue) }
  interruptsReceived = 1
  interruptPipe?.wake()
}
