import CKernels

/// An elementwise function that follows a linear layer.
package enum Activation: String, Sendable, CaseIterable {
  case identity
  /// x Φ(x), with the normal distribution's Φ: PyTorch's `gelu`.
  case geluErf = "GELU"
  /// x σ(2 √(2/π) (x + 0.044715 x³)): PyTorch's `gelu` with `approximate="tanh"`.
  case geluTanh = "GELU, tanh approximation"
  /// x σ(1.702 x): OpenAI CLIP's `QuickGELU`.
  case quickGELU = "quick GELU"
  case relu = "ReLU"
  /// x σ(x)
  case silu = "SiLU"
  case tanh

  var kernel: vit_activation {
    switch self {
    case .identity: VIT_IDENTITY
    case .geluErf: VIT_GELU_ERF
    case .geluTanh: VIT_GELU_TANH
    case .quickGELU: VIT_QUICK_GELU
    case .relu: VIT_RELU
    case .silu: VIT_SILU
    case .tanh: VIT_TANH
    }
  }
}
