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
  func apply(
    _ tokens: UnsafeMutablePointer<Float>, offsets: [Int], workspace: Workspace
  ) {
    let rows = offsets[offsets.count - 1]
    let width = queryKeyValue.inputSize
    let projected = workspace.floats(.queryKeyValue, rows * 3 * width)
    let attended = workspace.floats(.attended, rows * width)
    let hidden = workspace.floats(.hidden, rows * feedForward1.outputSize)

    queryKeyValue.apply(tokens, rows: rows, norm: norm1, to: projected)
    attention.apply(projected, offsets: offsets, to: attended)
    outputProjection.apply(attended, rows: rows, to: tokens, residual: UnsafePointer(tokens))

    feedForward1.apply(tokens, rows: rows, norm: norm2, to: hidden, activation: activation)
    feedForward2.apply(hidden, rows: rows, to: tokens, residual: UnsafePointer(tokens))
  }
}
