import VitKit
import VitSystem

/// Why an input could not be done, without its name.
struct InputFailure: Error {
  /// What is wrong with it, and what to do.
  let reason: String

  init(reason: String) { self.reason = SystemName.repaired(CommandRemedy.text(reason)) }

  /// - Parameters:
  ///   - error: what a stage of the pipeline threw.
  ///   - name: the input's, which the error's text may begin with.
  init(_ error: any Error, name: String) {
    switch error {
    case let failure as InputFailure: self = failure
    case ImagePipelineError.exceedsBudget(_, let needed, let budget):
      self.init(
        reason: "takes \(Memory.text(needed)) of memory, more than the budget of "
          + "\(Memory.text(budget)); raise --memory, or make the image smaller")
    case let error as InputError:
      self.init(reason: error.message)
    default:
      self.init(reason: "\(error)".without(beginning: "\(name): "))
    }
  }
}
