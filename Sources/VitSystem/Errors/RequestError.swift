/// Why what was asked cannot be done, though no input is to blame: the model has no such head, an
/// argument is out of range, memory or the disk is full.
///
/// ```swift
/// do {
///   ranked = try model.classify(photo)
/// } catch let error as RequestError where error.problem == .missingCapability {
///   ranked = try model.classify(photo, labels: labels)
/// }
/// ```
public struct RequestError: Error, Sendable, Equatable {
  /// The kinds of reasons.
  public enum Problem: String, Sendable, CaseIterable {
    /// The model lacks the tower or head that the call needs, or the precision.
    case missingCapability
    /// An argument out of range, or arguments that do not fit each other.
    case invalidArgument
    /// What the model computes is NaN or infinite.
    case notFinite
    /// A file or folder cannot be written.
    case cannotWrite
    /// Memory could not be had.
    case outOfMemory
  }

  public let problem: Problem
  /// What is wrong, without the remedy.
  public let reason: String
  /// What would help; empty where nothing is known to.
  public let remedy: String

  package init(_ problem: Problem, reason: String, remedy: String = "") {
    self.problem = problem
    self.reason = reason
    self.remedy = remedy
  }
}

extension RequestError: CustomStringConvertible {
  /// `reason; remedy`
  public var description: String { ErrorText.joined(reason, remedy) }
}
