/// Multi-head attention (Vaswani et al. 2017, equation 1; PyTorch's
/// `torch.nn.functional.scaled_dot_product_attention`). For each sequence and head, over the keys
/// that the mask lets a query see:
///
///     forward    S = s Q Kᵀ + B,   P = softmax(S) over keys,   Y = P V
///     backward   ∂V = Pᵀ ∂Y,   ∂P = ∂Y Vᵀ,   ∂S = P ⊙ (∂P - Σ over keys of P ⊙ ∂P),
///                ∂Q = s ∂S K,   ∂K = s ∂Sᵀ Q,   ∂B = Σ over sequences of ∂S
///
/// The lengths of a sequence's queries and keys may differ, as in cross-attention, or where the keys
/// of earlier tokens are kept.
///
/// - Parameters:
///   - queries: `[query rows, heads · headSize]`, head after head in each row.
///   - keys: `[key rows, heads · headSize]`
///   - values: `[key rows, heads · valueSize]`
///   - scale: s, most often headSize^-½.
///   - bias: B, `[heads, queries, keys]`, added to the scores of each sequence, which all have these
///     lengths.
///   - querySequences: The sequences of the query rows.
///   - keySequences: Those of the key rows, as many; nil where they are the same.
/// - Returns: `[query rows, heads · valueSize]`
package func attention(
  queries: Tensor, keys: Tensor, values: Tensor, heads: Int, scale: Float,
  mask: AttentionMask = .none, bias: Tensor? = nil, querySequences: Sequences,
  keySequences: Sequences? = nil
) -> Tensor {
  let keySequences = keySequences ?? querySequences
  precondition(
    queries.isMatrix && keys.isMatrix && values.isMatrix && queries.width == keys.width
      && keys.rowCount == values.rowCount && heads > 0 && queries.width % heads == 0
      && values.width % heads == 0,
    "attention: queries \(queries.shape), keys \(keys.shape) and values \(values.shape) "
      + "in \(heads) heads")
  precondition(
    queries.rowCount == querySequences.rowCount && keys.rowCount == keySequences.rowCount
      && querySequences.count == keySequences.count,
    "attention: queries \(queries.shape) in sequences of \(querySequences.lengths), "
      + "keys \(keys.shape) in sequences of \(keySequences.lengths)")
  if let bias {
    precondition(
      zip(querySequences.lengths, keySequences.lengths).allSatisfy {
        bias.shape == [heads, $0, $1]
      },
      "attention: the bias \(bias.shape) with sequences of \(querySequences.lengths) queries "
        + "and \(keySequences.lengths) keys")
  }
  let headSize = queries.width / heads
  let valueSize = values.width / heads
  let sequenceOfRow = (0..<querySequences.count).flatMap { sequence in
    querySequences.rows(sequence).map { _ in sequence }
  }

  let y = Tensor(rows: queries.rowCount, width: values.width) { row, y in
    let sequence = sequenceOfRow[row]
    let queryRows = querySequences.rows(sequence)
    let keyRows = keySequences.rows(sequence)
    let query = row - queryRows.lowerBound
    let visible = keyRows.prefix(mask.visibleKeys(query: query, of: keyRows.count))
    for head in 0..<heads {
      let firstQuery = row * queries.width + head * headSize
      let scores = visible.map { keyRow in
        let firstKey = keyRow * keys.width + head * headSize
        var product = 0.0
        for index in 0..<headSize {
          product += Double(queries[firstQuery + index]) * Double(keys[firstKey + index])
        }
        let key = keyRow - keyRows.lowerBound
        let biasIndex = (head * queryRows.count + query) * keyRows.count + key
        return Double(scale) * product + Double(bias?[biasIndex] ?? 0)
      }
      var sums = [Double](repeating: 0, count: valueSize)
      for (keyRow, probability) in zip(visible, softmax(scores)) {
        let firstValue = keyRow * values.width + head * valueSize
        for index in 0..<valueSize {
          sums[index] += probability * Double(values[firstValue + index])
        }
      }
      for index in 0..<valueSize { y[head * valueSize + index] = Float(sums[index]) }
    }
  }
  return y.recorded(as: "attention", from: [queries, keys, values, bias], backward: nil)
}
