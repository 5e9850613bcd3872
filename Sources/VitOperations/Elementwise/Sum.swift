/// The sum of two tensors of the same shape:
///
///     forward    z = x + y
///     backward   ∂x = ∂z,   ∂y = ∂z
package func + (x: Tensor, y: Tensor) -> Tensor {
  precondition(x.shape == y.shape, "sum: the shapes \(x.shape) and \(y.shape) differ")
  return Tensor((0..<x.count).map { x[$0] + y[$0] }, shape: x.shape)
    .recorded(as: "sum", from: [x, y]) { [$0, $0] }
}

/// A row added to each row, as PyTorch broadcasts `x + row`:
///
///     forward    yᵣ = xᵣ + b
///     backward   ∂x = ∂y,   ∂b = Σ over rows of ∂y
///
/// - Parameters:
///   - x: `[rows, width]`
///   - row: `[width]`
/// - Returns: `[rows, width]`
package func added(_ x: Tensor, row: Tensor) -> Tensor {
  precondition(
    x.isMatrix && row.shape == [x.width], "row sum: rows \(x.shape) and a row \(row.shape)")
  return Tensor((0..<x.count).map { x[$0] + row[$0 % x.width] }, shape: x.shape)
    .recorded(as: "row sum", from: [x, row]) { [$0, columnSums($0)] }
}

/// A table of rows added to each sequence from its first row on, as position embeddings are
/// (Dosovitskiy et al. 2020, equation 1):
///
///     forward    y = x + t,   the rows of t beginning anew with each sequence
///     backward   ∂x = ∂y,   ∂tᵢ = Σ over sequences of ∂y in row i
///
/// - Parameters:
///   - x: `[rows, width]`
///   - table: `[n, width]`, with at least as many rows as the longest sequence; the rest is not read.
/// - Returns: `[rows, width]`
package func added(_ x: Tensor, table: Tensor, _ sequences: Sequences) -> Tensor {
  precondition(
    x.isMatrix && table.isMatrix && x.width == table.width && x.rowCount == sequences.rowCount
      && sequences.lengths.allSatisfy { $0 <= table.rowCount },
    "table sum: rows \(x.shape) in sequences of \(sequences.lengths), and a table \(table.shape)")
  var values = x.values
  for sequence in 0..<sequences.count {
    let rows = sequences.rows(sequence)
    for index in 0..<rows.count * x.width {
      values[rows.lowerBound * x.width + index] += table[index]
    }
  }
  return Tensor(values, shape: x.shape)
    .recorded(as: "table sum", from: [x, table], backward: nil)
}
