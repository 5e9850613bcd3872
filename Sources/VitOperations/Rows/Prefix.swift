/// The same rows put before each sequence, as class and register tokens are (Dosovitskiy et al. 2020,
/// equation 1; PyTorch's `torch.cat` along the tokens):
///
///     forward    y of a sequence = p, then its x
///     backward   ∂x = ∂y without the prefixes,   ∂p = Σ over sequences of ∂y in their prefix
///
/// - Parameters:
///   - tokens: x, `[rows, width]`
///   - prefix: p, `[k, width]`
/// - Returns: `[rows + k · sequences, width]`, and the sequences of these rows, each longer by k.
package func prefixed(
  _ tokens: Tensor, with prefix: Tensor, _ sequences: Sequences
) -> (tokens: Tensor, sequences: Sequences) {
  precondition(
    tokens.isMatrix && prefix.isMatrix && tokens.width == prefix.width
      && tokens.rowCount == sequences.rowCount,
    "prefix: tokens \(tokens.shape) in sequences of \(sequences.lengths), prefix \(prefix.shape)")
  let longer = Sequences(lengths: sequences.lengths.map { $0 + prefix.rowCount })
  let tokenValues = tokens.values
  let prefixValues = prefix.values
  var values: [Float] = []
  for sequence in 0..<sequences.count {
    let rows = sequences.rows(sequence)
    values += prefixValues
    values += tokenValues[rows.lowerBound * tokens.width..<rows.upperBound * tokens.width]
  }
  let result = Tensor(values, shape: [longer.rowCount, tokens.width])
    .recorded(as: "prefix", from: [tokens, prefix], backward: nil)
  return (result, longer)
}
