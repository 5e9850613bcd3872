/// Each row scaled to length 1 (PyTorch's `torch.nn.functional.normalize`); a zero row stays zero:
///
///     forward    y = x / ‖x‖
///     backward   ∂x = (∂y - y (y·∂y)) / ‖x‖
///
/// - Parameter x: `[rows, width]`
package func l2Normalized(_ x: Tensor) -> Tensor {
  precondition(x.isMatrix, "L2 normalisation: rows \(x.shape)")
  let width = x.width
  let y = Tensor(rows: x.rowCount, width: width) { row, y in
    let values = (row * width..<(row + 1) * width).map { Double(x[$0]) }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0 else { return }
    for column in 0..<width { y[column] = Float(values[column] / length) }
  }
  return y.recorded(as: "L2 normalisation", from: [x], backward: nil)
}
