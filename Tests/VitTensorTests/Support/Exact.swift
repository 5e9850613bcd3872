import Foundation

@testable import VitTensor

/// The activation in double precision, by its definition.
func exact(_ activation: Activation, _ x: Double) -> Double {
  switch activation {
  case .identity: x
  case .geluErf: 0.5 * x * erfc(-x / 2.0.squareRoot())
  case .geluTanh: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
  case .quickGELU: x / (1 + exp(-1.702 * x))
  case .relu: max(x, 0)
  case .silu: x / (1 + exp(-x))
  case .tanh: tanh(x)
  }
}
