import VitTensor

/// One pre-norm Transformer block (Dosovitskiy et al. 2020, equations 2 and 3):
///
///     x = x + attention(norm1(x)) Wₒ + bₒ
///     x = x + activation(norm2(x) W₁ + b₁) W₂ + b₂
///
/// Layer scale (Touvron et al. 2021, CaiT) multiplies what each branch adds; as it is linear, it is
/// folded into `outputProjection` and `feedForward2` when the block is loaded.
///
/// It is applied in two steps, as attention needs the keys and values of all tokens: `project` and
/// then `complete`, each for any range of rows at a time.
package struct EncoderBlock: Sendable {
  let norm1: LayerNorm
  /// `[3 · width, width]`, rows in the order query, key, value.
  let queryKeyValue: Linear
  let attention: Attention
  let outputProjection: Linear
  let norm2: LayerNorm
  let feedForward1: Linear
  let activation: Activation
  let feedForward2: Linear

  /// What the block reads and writes. Sequence `i` is rows `offsets[i]..<offsets[i + 1]` of each.
  struct Activations {
    let offsets: [Int]
    /// `[rows, width]`, updated in place.
    let tokens: UnsafeMutablePointer<Float>
    /// `[rows, 3 · width]`
    let projected: Rows
    /// `[rows, width]`
    let attended: Rows
    /// `[rows, feedForward1.outputSize]`
    let hidden: Rows
    /// Whether `complete(_:only:to:)` follows.
    let completesSome: Bool
  }

  private var width: Int { queryKeyValue.inputSize }

  func activations(
    _ tokens: UnsafeMutablePointer<Float>, offsets: [Int], in workspace: Workspace,
    projected: Workspace.Slot, completesSome: Bool
  ) -> Activations {
    let rows = offsets[offsets.count - 1]
    return Activations(
      offsets: offsets, tokens: tokens,
      projected: workspace.rows(projected, rows * 3 * width, readIn: attention.precision),
      attended: workspace.rows(.attended, rows * width, readIn: outputProjection.precision),
      hidden: workspace.rows(
        .hidden, rows * feedForward1.outputSize, readIn: feedForward2.precision),
      completesSome: completesSome)
  }

  /// Keys, values and, unless only some rows will be completed, queries of these rows.
  func project(_ activations: Activations, rows: Range<Int>) {
    let first = activations.completesSome ? width : 0
    project(activations, rows: rows, outputs: first..<3 * width)
  }

  private func project(_ activations: Activations, rows: Range<Int>, outputs: Range<Int>) {
    queryKeyValue.apply(
      Rows(activations.tokens + rows.lowerBound * width), rows: rows.count, norm: norm1,
      to: activations.projected.advanced(by: rows.lowerBound * 3 * width), outputs: outputs,
      next: Linear.Next(outputProjection))
  }

  /// Updates these rows of the tokens; all must have been projected. `next` is the block after this
  /// one.
  func complete(_ activations: Activations, rows: Range<Int>, next: EncoderBlock?) {
    attention.apply(
      activations.projected, offsets: activations.offsets, rows: rows, to: activations.attended)
    add(
      activations.attended.advanced(by: rows.lowerBound * width),
      to: activations.tokens + rows.lowerBound * width, rows: rows.count,
      hidden: activations.hidden.advanced(by: rows.lowerBound * feedForward1.outputSize), next: next
    )
  }

  /// Completes only some rows, in ascending order, and leaves them one after another in `output`,
  /// `[wanted rows, width]`; all rows must have been projected.
  func complete(
    _ activations: Activations, only wanted: [Range<Int>], to output: UnsafeMutablePointer<Float>
  ) {
    var count = 0
    for rows in wanted {
      project(activations, rows: rows, outputs: 0..<width)
      attention.apply(
        activations.projected, offsets: activations.offsets, rows: rows, to: activations.attended)
      (output + count * width).update(
        from: activations.tokens + rows.lowerBound * width, count: rows.count * width)
      activations.attended.advanced(by: count * width).update(
        from: activations.attended.advanced(by: rows.lowerBound * width),
        count: rows.count * width)
      count += rows.count
    }
    add(activations.attended, to: output, rows: count, hidden: activations.hidden, next: nil)
  }

  /// Adds the attention's branch, and then the feed-forward network's, to `tokens`.
  private func add(
    _ attended: Rows, to tokens: UnsafeMutablePointer<Float>, rows: Int, hidden: Rows,
    next: EncoderBlock?
  ) {
    let inOut = Rows(tokens)
    let summing = dividesInHalves ? Summing.bothHalves : .oneChain
    outputProjection.apply(
      attended, rows: rows, to: inOut, residual: UnsafePointer(tokens), summing: summing,
      next: Linear.Next(feedForward1))
    feedForward1.apply(
      inOut, rows: rows, norm: norm2, to: hidden, activation: activation,
      next: Linear.Next(feedForward2))
    feedForward2.apply(
      hidden, rows: rows, to: inOut, residual: UnsafePointer(tokens), summing: summing,
      next: next.map { Linear.Next($0.queryKeyValue) })
  }
}
