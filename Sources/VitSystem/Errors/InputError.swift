/// What is wrong with something that was handed in: a photograph, an archive, a model's files, saved
/// vectors, a text.
///
/// It says which input, what kind of problem, the details, and what to do, each by itself, so that a
/// program can count, translate or retry, and prints as one line:
///
/// ```swift
/// do {
///   let photo = try Image(contentsOf: path)
///   print(photo.width)
/// } catch let error where error.problem == .missing {
///   skipped.append(error.input)
/// } catch {
///   print(error)  // photo.jpg: truncated JPEG image (…); copy or download it again
/// }
/// ```
public struct InputError: Error, Sendable, Equatable {
  /// The kinds of problems that an input can have.
  public enum Problem: String, Sendable, CaseIterable {
    /// Nothing of that name is there.
    case missing
    /// It is there, but the system does not let it be read.
    case unreadable
    /// The content is not of a format that is read.
    case unknownFormat
    /// A valid file of a kind that this library does not compute.
    case unsupported
    /// The library that reads its format is not installed, or not of a version that serves.
    case missingLibrary
    /// The content ends early or contradicts its format or its neighbours.
    case damaged
    /// A limit, of pixels, bytes or memory, is exceeded.
    case tooLarge
    /// It holds NaN or infinity, or a vector of length 0, which points nowhere.
    case notFinite
    /// It was not made by what it is used with.
    case mismatched
    /// A value that cannot be: sizes that do not fit each other, an empty name.
    case invalid
  }

  /// The input as it was named: a path, `ARCHIVE/MEMBER`, or what the caller called its bytes.
  public let input: String
  public let problem: Problem
  /// What is wrong, without the input's name and without the remedy.
  public let reason: String
  /// What would help; empty where nothing is known to.
  public let remedy: String

  package init(_ input: String, _ problem: Problem, reason: String, remedy: String = "") {
    self.input = input
    self.problem = problem
    self.reason = reason
    self.remedy = remedy
  }
}

extension InputError: CustomStringConvertible {
  /// `INPUT: reason; remedy`
  public var description: String { "\(input): \(message)" }

  /// `reason; remedy`
  package var message: String { ErrorText.joined(reason, remedy) }
}
