import VitSystem

/// The softmax of each row (PyTorch's `torch.softmax` over the last axis):
///
///     forward    pᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)
///     backward   ∂x = p ⊙ (∂p - p·∂p)
///
/// - Parameter x: `[rows, width]`
/// - Returns: `[rows, width]`, each row with the sum 1
package func softmax(_ x: Tensor) -> Tensor {
  precondition(x.isMatrix, "softmax: rows \(x.shape)")
  let width = x.width
  let p = Tensor(rows: x.rowCount, width: width) { row, p in
    let probabilities = softmax((row * width..<(row + 1) * width).map { Double(x[$0]) })
    for column in 0..<width { p[column] = Float(probabilities[column]) }
  }
  return p.recorded(as: "softmax", from: [x], backward: nil)
}

/// The largest score is subtracted first, which changes nothing but that no exponential overflows.
func softmax(_ scores: [Double]) -> [Double] {
  guard let largest = scores.max() else { return [] }
  let exponentials = scores.map { exponential($0 - largest) }
  let sum = exponentials.reduce(0, +)
  return exponentials.map { $0 / sum }
}
