/// How the command ends, after `sysexits.h` where that has a number.
enum ExitStatus: Int32 {
  case success = 0
  /// At least one input failed; the others were done.
  case inputFailed = 1
  case usage = 64
  /// A model, label or list file that is there but cannot be used.
  case unusable = 65
  /// A model, label or list file that is not there.
  case missing = 66
  /// The Hub cannot be reached.
  case unavailable = 69
  case cannotWrite = 74
  case interrupted = 130
}

/// Ends the command with a status and, where there is something to say, a line on standard error.
struct CommandFailure: Error {
  let status: ExitStatus
  /// `NAME: reason; remedy`, or nil where everything was said already.
  let message: String?

  init(_ status: ExitStatus, _ message: String? = nil) {
    self.status = status
    self.message = message
  }
}

/// The reader of our output is gone; nobody is left to tell.
struct ClosedPipe: Error {}
