import VitSystem
import VitTensor

/// An elementwise function:
///
///     forward    y = f(x)
///     backward   ∂x = ∂y ⊙ f′(x)
///
/// - Parameter x: Of any shape, which the result has too.
package func activation(_ x: Tensor, _ function: Activation) -> Tensor {
  Tensor((0..<x.count).map { Float(function.value(at: Double(x[$0]))) }, shape: x.shape)
    .recorded(as: "activation", from: [x], backward: nil)
}

extension Activation {
  fileprivate func value(at x: Double) -> Double {
    switch self {
    case .identity: x
    // Φ(x) = complementaryErrorFunction(-x/√2)/2, which keeps its digits where erf(x/√2) is near -1.
    case .geluErf: x * 0.5 * complementaryErrorFunction(-x / 2.0.squareRoot())
    case .geluTanh: x * sigmoid(2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))
    case .quickGELU: x * sigmoid(1.702 * x)
    case .relu: max(x, 0)
    case .silu: x * sigmoid(x)
    case .tanh: hyperbolicTangent(x)
    }
  }
}

/// σ(x) = 1 / (1 + e⁻ˣ)
private func sigmoid(_ x: Double) -> Double { 1 / (1 + exponential(-x)) }
