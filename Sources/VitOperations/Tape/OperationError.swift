/// Why a tape gives no gradients.
package enum OperationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The walk reached an operation that only has its forward.
  case noBackward(operation: String)
  /// The output has no place on this tape.
  case notRecorded
  case walkedBackBefore

  package var description: String {
    switch self {
    case .noBackward(let operation):
      "\(operation): the backward is not written; watch nothing that the output depends on through "
        + "this operation, or write it beside the forward in Sources/VitOperations"
    case .notRecorded:
      "the output does not depend on a tensor that this tape watches; compute it from what "
        + "`watch` returns"
    case .walkedBackBefore:
      "the tape was walked back before; record a new one, or sum the outputs and walk back once"
    }
  }
}
