/// What could not be done with a file. Each module makes its own error of it, with a remedy.
package struct SystemError: Error, Equatable, Sendable {
  /// What was asked of the system, as it reads after "cannot be".
  package enum Attempt: String, Sendable {
    case opened, examined, read, mapped, written, renamed, made, removed
  }

  package enum Cause: Equatable, Sendable {
    /// The system refused.
    case refused(SystemErrorCode)
    /// A regular file is needed.
    case notRegular(FileStatus.Kind)
    /// It was made shorter while it was read, or its disk failed.
    case cut
    /// More bytes than the caller allows; `bytes` is what was seen of them.
    case tooLarge(bytes: Int, limit: Int)
  }

  /// The file or folder, as the caller named it.
  package let path: String
  package let attempt: Attempt
  package let cause: Cause

  init(_ path: String, _ attempt: Attempt, _ cause: Cause) {
    (self.path, self.attempt, self.cause) = (path, attempt, cause)
  }

  /// - Parameter code: by default, why the last call failed.
  init(_ path: String, _ attempt: Attempt, code: SystemErrorCode = .last) {
    self.init(path, attempt, .refused(code))
  }

  /// Why the system refused, or nil where it did not.
  package var code: SystemErrorCode? {
    if case .refused(let code) = cause { code } else { nil }
  }

  /// Without the path: `Permission denied`, `not a regular file`.
  package var reason: String {
    switch cause {
    case .refused(let code): code.text
    case .notRegular: "not a regular file"
    case .cut: "made shorter, or lost, while it was read; leave it alone and start again"
    case .tooLarge(let bytes, let limit): "\(bytes) bytes are more than the \(limit) allowed"
    }
  }
}

extension SystemError: PartedError {
  package var parts: ErrorParts { ErrorParts(path, "cannot be \(attempt.rawValue): \(reason)") }
}
