/// Layer normalisation of each row (Ba et al. 2016; PyTorch's `torch.nn.functional.layer_norm`),
/// with m the mean of a row and v its variance, the mean of (x - m)²:
///
///     forward    n = (x - m) / √(v + ε),   y = n ⊙ w + b
///     backward   ∂n = ∂y ⊙ w,
///                ∂x = (∂n - mean(∂n) - n · mean(∂n ⊙ n)) / √(v + ε),
///                ∂w = Σ over rows of ∂y ⊙ n,   ∂b = Σ over rows of ∂y
///
/// - Parameters:
///   - x: `[rows, width]`
///   - weight: `[width]`
///   - bias: `[width]`
///   - epsilon: ε
/// - Returns: `[rows, width]`
package func layerNorm(_ x: Tensor, weight: Tensor, bias: Tensor?, epsilon: Float) -> Tensor {
  precondition(
    x.isMatrix && weight.shape == [x.width] && (bias == nil || bias?.shape == weight.shape),
    "layer norm: rows \(x.shape), a weight \(weight.shape) and a bias \(bias?.shape ?? [])")
  let width = x.width
  let y = Tensor(rows: x.rowCount, width: width) { row, y in
    let values = (row * width..<(row + 1) * width).map { Double(x[$0]) }
    let mean = values.reduce(0, +) / Double(width)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
    let deviation = (variance + Double(epsilon)).squareRoot()
    for column in 0..<width {
      let normalized = (values[column] - mean) / deviation
      y[column] = Float(normalized * Double(weight[column]) + Double(bias?[column] ?? 0))
    }
  }
  return y.recorded(as: "layer norm", from: [x, weight, bias], backward: nil)
}
