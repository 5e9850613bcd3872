import VitSystem

/// Why a pipeline itself refuses an image.
package enum ImagePipelineError: PartedError {
  /// Decoding and preprocessing take more than the whole budget of memory.
  case exceedsBudget(name: String, needed: Int, budget: Int)

  package var parts: ErrorParts {
    switch self {
    case .exceedsBudget(let name, let needed, let budget):
      ErrorParts(
        name, "takes \(needed) bytes of memory, more than the budget of \(budget) bytes",
        remedy: "raise the budget, or make the image smaller")
    }
  }
}
