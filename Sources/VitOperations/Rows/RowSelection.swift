/// Rows of a matrix in any order, each as often as it is asked for (PyTorch's `torch.index_select`),
/// as the pooled token of each sequence:
///
///     forward    yᵢ = x at row indices[i]
///     backward   ∂x at row r = Σ of ∂yᵢ over the i with indices[i] = r
///
/// - Parameter x: `[rows, width]`
/// - Returns: `[indices.count, width]`
package func selectedRows(_ x: Tensor, _ indices: [Int]) -> Tensor {
  gathered(x, indices, operation: "row selection")
}

/// The learned vector of each token (PyTorch's `torch.nn.functional.embedding`): the rows of a table
/// at its ids, with the formulas of `selectedRows`.
///
/// - Parameters:
///   - table: `[vocabulary, width]`
///   - ids: In `0..<vocabulary`.
/// - Returns: `[ids.count, width]`
package func embedding(table: Tensor, ids: [Int]) -> Tensor {
  gathered(table, ids, operation: "embedding")
}

private func gathered(_ x: Tensor, _ indices: [Int], operation: String) -> Tensor {
  precondition(x.isMatrix, "\(operation): rows \(x.shape)")
  if let outside = indices.first(where: { !(0..<x.rowCount).contains($0) }) {
    preconditionFailure("\(operation): there is no row \(outside) in \(x.shape)")
  }
  return Tensor(rows: indices.count, width: x.width) { row, output in
    for column in 0..<x.width { output[column] = x[indices[row] * x.width + column] }
  }
  .recorded(as: operation, from: [x], backward: nil)
}
