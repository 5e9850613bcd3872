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
