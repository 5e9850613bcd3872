/// Why a pipeline itself refuses an image.
package enum ImagePipelineError: Error, Sendable, CustomStringConvertible {
  /// Decoding and preprocessing take more than the whole budget of memory.
  case exceedsBudget(name: String, needed: Int, budget: Int)

  package var description: String {
    switch self {
    case .exceedsBudget(let name, let needed, let budget):
      "\(name): takes \(needed) bytes of memory, more than the budget of \(budget) bytes; raise the "
        + "budget, or make the image smaller"
    }
  }
}
