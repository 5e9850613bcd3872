import CKernels

/// The type in which matrix products are computed. Sums, norms and softmax are float32 always.
package enum Precision: String, Sendable, CaseIterable {
  /// The reference.
  case float32
  /// Operands rounded to 8 significant bits.
  case bfloat16
  /// Weights symmetric per output channel, activations asymmetric per token and quantised on the
  /// fly, products summed exactly in 32-bit integers.
  case int8

  var kernel: vit_precision {
    switch self {
    case .float32: VIT_FLOAT32
    case .bfloat16: VIT_BFLOAT16
    case .int8: VIT_INT8
    }
  }
}
