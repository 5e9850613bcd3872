import VitTensor

/// One pre-norm Transformer block (Dosovitskiy et al. 2020, equations 2 and 3):
///
///     x = x + attention(norm1(x)) Wₒᵀ + bₒ
///     x = x + activation(norm2(x) W₁ᵀ + b₁) W₂ᵀ + b₂
///
/// Layer scale (Touvron et al. 2021, CaiT) multiplies what each branch adds; as it is linear, it is
/// folded into `outputProjection` and `feedForward2` when the block is loaded.
///
/// It is applied in stages (`Stage`), each for one share of a division at a time.
package struct BlockPlan: Sendable {
  let norm1: LayerNorm
  /// `[3 · width, width]`, rows in the order query, key, value.
  let queryKeyValue: Linear
  let attention: Attention
  let outputProjection: Linear
  let norm2: LayerNorm
  let feedForward1: Linear
  let activation: Activation
  let feedForward2: Linear

  var width: Int { queryKeyValue.inputSize }

  /// Whether the layers that end the branches sum over each half of their inputs by itself, of which
  /// each part of a divided block has one. They do so undivided too, for the same bits. In int8 a
  /// token has one scale for all its channels, so that no half can be quantised alone.
  var sumsOverHalves: Bool {
    func divides(_ layer: Linear) -> Bool {
      layer.precision != .int8 && layer.inputSize % Summing.multiple == 0
        && layer.outputSize % Summing.multiple == 0
    }
    return divides(outputProjection) && divides(feedForward2) && attention.heads % 2 == 0
  }

  /// `Division.Stage.project`; without queries where only some rows will be completed.
  func project(_ activations: Activations, _ share: Division.Share, queries: Bool) {
    let channels = share.part.range(of: width)
    let first = channels.lowerBound + (queries ? 0 : width)
    project(activations, share, outputs: first..<first + channels.count, period: width)
  }

  private func project(
    _ activations: Activations, _ share: Division.Share, outputs: Range<Int>, period: Int? = nil
  ) {
    queryKeyValue.apply(
      Rows(activations.tokens[share.part, share.rows]), rows: share.rows.count, norm: norm1,
      to: activations.projected.advanced(by: share.rows.lowerBound * 3 * width),
      outputs: outputs, period: period,
      next: Linear.Next(outputProjection, summing: summing(share.part)))
  }

  /// `Division.Stage.attend`.
  func attend(_ activations: Activations, _ share: Division.Share) {
    attention.apply(
      activations.projected, offsets: activations.offsets, rows: share.rows,
      heads: share.part.range(of: attention.heads), to: activations.attended)
    endAttention(activations, share)
  }

  private func endAttention(_ activations: Activations, _ share: Division.Share) {
    let channels = share.part.range(of: feedForward1.outputSize)
    end(
      outputProjection, of: activations.attended, activations, share, activations.attentionSums,
      next: Linear.Next(feedForward1, firstOutput: channels.lowerBound))
  }

  /// `Division.Stage.feedForward`. `next` is the block after this one.
  func feedForward(_ activations: Activations, _ share: Division.Share, next: BlockPlan?) {
    add(activations.attentionSums, of: outputProjection, activations, share)
    let hidden = share.part.range(of: feedForward1.outputSize)
    feedForward1.apply(
      Rows(activations.tokens[share.part, share.rows]), rows: share.rows.count, norm: norm2,
      to: activations.hidden.advanced(by: share.rows.lowerBound * feedForward1.outputSize),
      activation: activation, outputs: hidden,
      next: Linear.Next(feedForward2, summing: summing(share.part)))
    let channels = share.part.range(of: width)
    end(
      feedForward2, of: activations.hidden, activations, share, activations.feedForwardSums,
      next: next.map { Linear.Next($0.queryKeyValue, firstOutput: channels.lowerBound) })
  }

  /// Completes the share's tokens when both parts have been fed forward.
  func addFeedForward(_ activations: Activations, _ share: Division.Share) {
    add(activations.feedForwardSums, of: feedForward2, activations, share)
  }

  /// Completes only some rows, in ascending order, and leaves them one after another in `output`,
  /// `[wanted rows, width]`; keys and values of all rows must have been projected.
  func complete(
    _ activations: Activations, only wanted: [Range<Int>], to output: UnsafeMutablePointer<Float>
  ) {
    var gathered = activations
    gathered.tokens = Activations.OfParts(first: output, second: output, width: width)
    var count = 0
    for rows in wanted {
      let share = Division.Share(rows: rows, part: .all)
      project(activations, share, outputs: 0..<width)
      attention.apply(
        activations.projected, offsets: activations.offsets, rows: rows, to: activations.attended)
      (output + count * width).update(
        from: activations.tokens[.all, rows], count: rows.count * width)
      activations.attended.advanced(by: count * width).update(
        from: activations.attended.advanced(by: rows.lowerBound * width),
        count: rows.count * width)
      count += rows.count
    }
    let share = Division.Share(rows: 0..<count, part: .all)
    endAttention(gathered, share)
    feedForward(gathered, share, next: nil)
  }

  private func summing(_ part: Division.Part) -> Summing {
    switch part {
    case .all: sumsOverHalves ? .bothHalves : .oneChain
    case .first: .firstHalf
    case .second: .secondHalf
    }
  }

  /// The layer that ends a branch: adds its result to the tokens; a part leaves its sums for `add`.
  private func end(
    _ layer: Linear, of input: Rows, _ activations: Activations, _ share: Division.Share,
    _ sums: Activations.OfParts, next: Linear.Next?
  ) {
    let tokens = activations.tokens[share.part, share.rows]
    let isUndivided = share.part == .all
    layer.apply(
      input.advanced(by: share.rows.lowerBound * layer.inputSize), rows: share.rows.count,
      to: Rows(isUndivided ? tokens : sums[share.part, share.rows]),
      residual: isUndivided ? UnsafePointer(tokens) : nil, summing: summing(share.part), next: next)
  }

  /// Adds the sums that both parts have left to the tokens of a divided block.
  private func add(
    _ sums: Activations.OfParts, of layer: Linear, _ activations: Activations,
    _ share: Division.Share
  ) {
    guard share.part != .all else { return }
    let tokens = activations.tokens[share.part, share.rows]
    layer.addHalves(
      sums[.first, share.rows], sums[.second, share.rows], rows: share.rows.count,
      residual: tokens, to: tokens)
  }
}
