/// The arrays of a Transformer block, as `transformerBlock` reads them.
package struct BlockParameters<Array: Sendable>: Sendable {
  package var norm1: NormParameters<Array>
  package var attention: AttentionParameters<Array>
  /// Layer scale of the attention's branch, `[width]`.
  package var scale1: Array?
  package var norm2: NormParameters<Array>
  package var feedForward: FeedForwardParameters<Array>
  /// Layer scale of the feed-forward network's branch, `[width]`.
  package var scale2: Array?

  package func map<Other>(_ transform: (Array) throws -> Other) rethrows -> BlockParameters<Other> {
    BlockParameters<Other>(
      norm1: try norm1.map(transform), attention: try attention.map(transform),
      scale1: try scale1.map(transform), norm2: try norm2.map(transform),
      feedForward: try feedForward.map(transform), scale2: try scale2.map(transform))
  }
}

/// The projections around multi-head attention, each `[width, width]`.
package struct AttentionParameters<Array: Sendable>: Sendable {
  package var query: LinearParameters<Array>
  package var key: LinearParameters<Array>
  package var value: LinearParameters<Array>
  package var output: LinearParameters<Array>

  package func map<Other>(
    _ transform: (Array) throws -> Other
  ) rethrows -> AttentionParameters<Other> {
    AttentionParameters<Other>(
      query: try query.map(transform), key: try key.map(transform),
      value: try value.map(transform), output: try output.map(transform))
  }
}

/// The two layers of a feed-forward network: `[hidden, width]` and `[width, hidden]`.
package struct FeedForwardParameters<Array: Sendable>: Sendable {
  package var first: LinearParameters<Array>
  package var second: LinearParameters<Array>

  package func map<Other>(
    _ transform: (Array) throws -> Other
  ) rethrows -> FeedForwardParameters<Other> {
    FeedForwardParameters<Other>(first: try first.map(transform), second: try second.map(transform))
  }
}
