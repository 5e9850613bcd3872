/// Why a pipeline itself refuses an image.
package enum ImagePipelineError: Error, Sendable, CustomStringConvertible {
  /// Decoding takes more than twice the budget of memory.
  case exceedsBudget(name: String, needed: Int, budget: Int)

  package var description: String {
    switch self {
    case .exceedsBudget(let name, let needed, let budget):
      "\(name): decoding takes \(needed) bytes, more than twice the memory budget of \(budget) "
        + "bytes; raise the budget, or make the image smaller"
    }
  }
}
