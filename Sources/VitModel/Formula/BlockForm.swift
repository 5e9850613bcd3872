import VitTensor

/// Which Transformer block: what `transformerBlock` and its plan depend on beside the arrays.
///
/// A variant of the literature is said here, not by another block. Post-norm (Vaswani et al. 2017) is
/// a case of `NormPlacement`, RMS norm of `NormForm`, gated networks such as SwiGLU of
/// `FeedForwardForm`: the formula and the plan switch over them, so that the compiler names both places
/// where a new case has to be met. Query and key norms, rotary and relative positions, cross-attention
/// and key-value caches are members of `AttentionForm`, met in `selfAttention` and `PlanBuilder.block`.
/// What a variant reads beside today's arrays goes into `BlockParameters` and `BlockKeys`.
package struct BlockForm: Sendable, Equatable {
  package var width: Int
  package var norm: NormForm
  package var normPlacement: NormPlacement = .before
  package var attention: AttentionForm
  package var feedForward: FeedForwardForm
  package var hasLayerScale: Bool
}

package enum NormForm: Sendable, Equatable {
  /// PyTorch's `nn.LayerNorm` with this ε.
  case layer(epsilon: Float)
}

package enum NormPlacement: Sendable, Equatable {
  /// x + branch(norm(x)): Dosovitskiy et al. 2020, equations 2 and 3.
  case before
}

/// Multi-head attention (Vaswani et al. 2017, section 3.2).
package struct AttentionForm: Sendable, Equatable {
  package var heads: Int
  package var headSize: Int
  /// Whether a token sees only itself and those before it.
  package var isCausal: Bool
  package var hasQueryKeyValueBias: Bool

  /// What scores are multiplied with: headSize^-½.
  package var scale: Float { 1 / Float(max(headSize, 1)).squareRoot() }
}

package enum FeedForwardForm: Sendable, Equatable {
  /// activation(x W₁ᵀ + b₁) W₂ᵀ + b₂ with so many hidden channels.
  case plain(hiddenSize: Int, Activation)

  package var hiddenSize: Int {
    switch self {
    case .plain(let hiddenSize, _): hiddenSize
    }
  }
}
