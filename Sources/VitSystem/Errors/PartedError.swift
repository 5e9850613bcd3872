/// What an error says, in the parts that a public error has.
package struct ErrorParts: Sendable, Equatable {
  /// The file or name that it is about, as the caller gave it; nil where the caller knows it.
  package let input: String?
  package let reason: String
  /// Empty where nothing is known to help.
  package let remedy: String

  package init(_ input: String?, _ reason: String, remedy: String = "") {
    (self.input, self.reason, self.remedy) = (input, reason, remedy)
  }

  /// - Parameter message: `REASON; REMEDY`, from where one text says both, or the reason alone.
  package init(_ input: String?, message: String) {
    let (reason, remedy) = ErrorText.parts(message)
    self.init(input, reason, remedy: remedy)
  }
}

/// An error of the layers below, which prints as `INPUT: REASON; REMEDY`.
package protocol PartedError: Error, CustomStringConvertible, Sendable {
  var parts: ErrorParts { get }
}

extension PartedError {
  package var description: String {
    let parts = parts
    let message = ErrorText.joined(parts.reason, parts.remedy)
    return parts.input.map { "\($0): \(message)" } ?? message
  }
}

extension InputError {
  /// - Parameter name: what the caller calls the input, where that is not what the error says.
  package init(_ error: some PartedError, name: String? = nil, _ problem: Problem) {
    let parts = error.parts
    self.init(
      name ?? parts.input ?? "input", problem, reason: parts.reason, remedy: parts.remedy)
  }
}

extension RequestError {
  package init(_ problem: Problem, _ error: some PartedError) {
    let parts = error.parts
    self.init(
      problem, reason: parts.input.map { "\($0): \(parts.reason)" } ?? parts.reason,
      remedy: parts.remedy)
  }
}
