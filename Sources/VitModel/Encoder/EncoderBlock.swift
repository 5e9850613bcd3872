import VitTensor

/// One pre-norm Transformer block (Dosovitskiy et al. 2020, equations 2 and 3):
///
///     x = x + attention(norm1(x)) Wₒ + bₒ
///     x = x + activation(norm2(x) W₁ + b₁) W₂ + b₂
///
/// Layer scale (Touvron et al. 2021, CaiT) multiplies what each branch adds; as it is linear, it is
/// folded into `outputProjection` and `feedForward2` when the block is loaded.
package struct EncoderBlock: Sendable {
  let norm1: LayerNorm
  /// `[3 · width, width]`, rows in the order query, key, value.
  let queryKeyValue: Linear
  let attention: SelfAttention
  let outputProjection: Linear
  let norm2: LayerNorm
  let feedForward1: Linear
  let activation: Activation
  let feedForward2: Linear

  /// Updates `tokens`, `[rows, width]`, in place; sequence `i` is rows `offsets[i]..<offsets[i+1]`.
  /// `next` is the block after this one.
  func apply(
    _ tokens: UnsafeMutablePointer<Float>, offsets: [Int], workspace: Workspace,
    next: EncoderBlock?
  ) {
    let rows = offsets[offsets.count - 1]
    let width = queryKeyValue.inputSize
    let input = Rows(tokens)
    let projected = workspace.rows(
      .queryKeyValue, rows * 3 * width, readIn: attention.precision)
    let attended = workspace.rows(.attended, rows * width, readIn: outputProjection.precision)
    let hidden = workspace.rows(
      .hidden, rows * feedForward1.outputSize, readIn: feedForward2.precision)

    queryKeyValue.apply(input, rows: rows, norm: norm1, to: projected, next: outputProjection)
    attention.apply(projected, offsets: offsets, to: attended)
    outputProjection.apply(
      attended, rows: rows, to: input, residual: UnsafePointer(tokens), next: feedForward1)

    feedForward1.apply(
      input, rows: rows, norm: norm2, to: hidden, activation: activation, next: feedForward2)
    feedForward2.apply(
      hidden, rows: rows, to: input, residual: UnsafePointer(tokens), next: next?.queryKeyValue)
  }
}
