import VitTensor

/// A half of a block: of its heads, and of the channels of its feed-forward network.
///
/// A thread that computes a half for all rows reads half of the weights, and of the other half only
/// the sums in which a branch ends: tensor parallelism (Shoeybi et al. 2019, "Megatron-LM",
/// section 3).
package enum BlockHalf: Hashable, Sendable {
  case first, second

  fileprivate var summing: Summing { self == .first ? .firstHalf : .secondHalf }

  fileprivate func range(of count: Int) -> Range<Int> {
    self == .first ? 0..<count / 2 : count / 2..<count
  }
}

/// What a half of a block reads and writes beside `EncoderBlock.Activations`, of which each half has
/// its own channels.
struct HalfActivations {
  let half: BlockHalf
  let rows: Int
  /// `[rows, width]`: all tokens, which each half keeps for itself.
  let tokens: UnsafeMutablePointer<Float>
  /// `[rows, width]` each: what the halves add to the tokens, without bias.
  let attentionSums: Sums
  let feedForwardSums: Sums

  typealias Sums = (first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>)

  fileprivate func own(_ sums: Sums) -> Rows {
    Rows(half == .first ? sums.first : sums.second)
  }
}

extension EncoderBlock {
  /// Whether the layers that end the branches sum over each half by itself. They do so however many
  /// rows and threads there are, for the same bits. In int8 a token has one scale for all its
  /// channels, so that no half can be quantised alone.
  var dividesInHalves: Bool {
    func divides(_ layer: Linear) -> Bool {
      layer.precision != .int8 && layer.inputSize % Summing.multiple == 0
        && layer.outputSize % Summing.multiple == 0
    }
    return divides(outputProjection) && divides(feedForward2) && attention.heads % 2 == 0
  }

  /// Keys, values and, unless only some rows will be completed, queries of a half's heads.
  func projectHalf(_ activations: Activations, _ own: HalfActivations) {
    let width = queryKeyValue.inputSize
    let channels = own.half.range(of: width)
    let first = activations.completesSome ? width : 0
    queryKeyValue.apply(
      Rows(own.tokens), rows: own.rows, norm: norm1, to: activations.projected,
      outputs: first + channels.lowerBound..<first + channels.upperBound, period: width,
      next: Linear.Next(outputProjection, summing: own.half.summing))
  }

  /// The attention's branch up to what `addAttention` adds.
  func attendHalf(_ activations: Activations, _ own: HalfActivations) {
    attention.apply(
      activations.projected, offsets: activations.offsets,
      heads: own.half.range(of: attention.heads), to: activations.attended)
    let channels = own.half.range(of: feedForward1.outputSize)
    outputProjection.apply(
      activations.attended, rows: own.rows, to: own.own(own.attentionSums),
      summing: own.half.summing,
      next: Linear.Next(feedForward1, firstOutput: channels.lowerBound))
  }

  /// Adds the attention's branch to this half's tokens, when both halves have attended.
  func addAttention(_ own: HalfActivations) {
    outputProjection.addHalves(
      own.attentionSums.first, own.attentionSums.second, rows: own.rows, residual: own.tokens,
      to: own.tokens)
  }

  /// The feed-forward network up to what `addFeedForward` adds. `next` is the block after this one.
  func feedHalfForward(_ activations: Activations, _ own: HalfActivations, next: EncoderBlock?) {
    feedForward1.apply(
      Rows(own.tokens), rows: own.rows, norm: norm2, to: activations.hidden,
      activation: activation, outputs: own.half.range(of: feedForward1.outputSize),
      next: Linear.Next(feedForward2, summing: own.half.summing))
    let channels = own.half.range(of: queryKeyValue.inputSize)
    feedForward2.apply(
      activations.hidden, rows: own.rows, to: own.own(own.feedForwardSums),
      summing: own.half.summing,
      next: next.map { Linear.Next($0.queryKeyValue, firstOutput: channels.lowerBound) })
  }

  /// Adds the feed-forward network's branch to this half's tokens, when both halves were fed forward.
  func addFeedForward(_ own: HalfActivations) {
    feedForward2.addHalves(
      own.feedForwardSums.first, own.feedForwardSums.second, rows: own.rows,
      residual: own.tokens, to: own.tokens)
  }
}
