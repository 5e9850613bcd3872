import VitCheckpoint
import VitTensor

/// In which precision a user wants a model.
package enum PrecisionChoice: Sendable {
  /// What the checkpoint was converted to; float32 for one that was not.
  case own
  /// As `own`, but bfloat16 for a checkpoint that was not converted, where the processor is fast at
  /// it.
  case auto
  case exactly(Precision)

  /// - Throws: `ModelError.convertedOtherwise` where the weights of the precision asked for are gone.
  func resolved(for checkpoint: Checkpoint) throws -> Precision {
    let converted = checkpoint.conversion
    switch self {
    case .own: return converted?.precision ?? .float32
    case .auto:
      return converted?.precision ?? (KernelSet.isFast(.bfloat16) ? .bfloat16 : .float32)
    case .exactly(let precision):
      if let converted, converted.precision != precision {
        throw ModelError.convertedOtherwise(
          name: checkpoint.path, to: converted.precision.rawValue, asked: precision.rawValue,
          origin: converted.origin)
      }
      return precision
    }
  }
}
