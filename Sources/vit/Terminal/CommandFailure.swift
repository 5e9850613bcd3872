import VitKit

/// Ends the command with a status and, where there is something to say, a line on standard error.
struct CommandFailure: Error {
  let status: ExitStatus
  /// `NAME: reason; remedy`, or nil where everything was said already.
  let message: String?

  init(_ status: ExitStatus, _ message: String? = nil) {
    self.status = status
    self.message = message
  }

  init(_ error: VectorFolderError) {
    let status: ExitStatus =
      switch error {
      case .missing: .missing
      case .unusable, .differs: .unusable
      case .cannotWrite: .cannotWrite
      }
    self.init(status, "\(error)")
  }
}
