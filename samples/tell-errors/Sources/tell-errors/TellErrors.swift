import Foundation
import VitBoxModel
import VitKit

/// Classifies photographs, and does something else for each kind of error.
///
///     tell-errors PHOTO…
@main
struct TellErrors {
  static func main() {
    for path in CommandLine.arguments.dropFirst() { print(classify(path)) }
    print(ask { _ = try Model.box.embed(text: "a beach") })
    print(ask { _ = try Model.load("./no-model-here") })
  }

  static func classify(_ path: String) -> String {
    do {
      let best = try Model.box.classify(Image(contentsOf: path), top: 1)[0]
      return "\(path): \(best.label)"
    } catch let error as InputError {
      return "\(error.input): \(advice(for: error))"
    } catch let error as RequestError {
      return "cannot be done: \(error.reason)"
    } catch {
      return "something else: \(error.localizedDescription)"
    }
  }

  /// What a program could do about an input.
  static func advice(for error: InputError) -> String {
    switch error.problem {
    case .missing: "not there, passed over"
    case .unreadable: "no permission: \(error.reason)"
    case .unknownFormat, .unsupported: "ask for a JPEG or PNG (\(error.reason))"
    case .missingLibrary: "ask who runs this: \(error.remedy)"
    case .damaged: "send it again (\(error.reason))"
    case .tooLarge: "send a smaller one (\(error.remedy))"
    case .notFinite, .mismatched, .invalid: "refused (\(error.reason))"
    }
  }

  static func ask(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "done"
    } catch let error as RequestError where error.problem == .missingCapability {
      return "another model is needed: \(error.remedy)"
    } catch let error as InputError where error.problem == .missing {
      return "no model: \(error.input)"
    } catch {
      return "\(error)"
    }
  }
}
