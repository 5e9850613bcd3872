/// The mean of each sequence's rows from number `first` on, as pooling over patches is:
///
///     forward    y of a sequence = (1/n) Σ of x over its rows from `first` on, n of them
///     backward   ∂x = ∂y / n in those rows, 0 in the others
///
/// - Parameters:
///   - x: `[rows, width]`
///   - sequences: Each longer than `first`.
/// - Returns: `[sequences, width]`
package func mean(_ x: Tensor, _ sequences: Sequences, from first: Int = 0) -> Tensor {
  precondition(
    x.isMatrix && x.rowCount == sequences.rowCount && first >= 0
      && sequences.lengths.allSatisfy { $0 > first },
    "mean: rows \(x.shape) in sequences of \(sequences.lengths), from row \(first) on")
  return Tensor(rows: sequences.count, width: x.width) { sequence, y in
    let rows = sequences.rows(sequence).dropFirst(first)
    for column in 0..<x.width {
      let sum = rows.reduce(0.0) { $0 + Double(x[$1 * x.width + column]) }
      y[column] = Float(sum / Double(rows.count))
    }
  }
  .recorded(as: "mean", from: [x], backward: nil)
}
