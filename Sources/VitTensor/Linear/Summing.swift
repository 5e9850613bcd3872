import CKernels

/// How a linear layer sums over its inputs. It decides the bits of the result, not its value.
package enum Summing: Sendable {
  /// All inputs in order.
  case oneChain
  /// Each half of the inputs in order, and then the two sums.
  case bothHalves
  /// The sums of one half alone, without bias: `Linear.addHalves` makes of two the bits of
  /// `bothHalves`.
  case firstHalf, secondHalf

  /// Layers may be cut in halves where both numbers of inputs and outputs are multiples of this: the
  /// halves are then whole panels for any kernel set.
  package static let multiple = Int(VIT_HALVES_MULTIPLE)

  var kernel: vit_summing {
    switch self {
    case .oneChain: VIT_ONE_CHAIN
    case .bothHalves: VIT_BOTH_HALVES
    case .firstHalf: VIT_FIRST_HALF
    case .secondHalf: VIT_SECOND_HALF
    }
  }
}
