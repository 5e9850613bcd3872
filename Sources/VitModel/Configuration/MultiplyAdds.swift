/// The products of a tower whose multiply-adds are counted: linear layers and attention.
package enum TowerProduct: Sendable, CaseIterable {
  case patchEmbedding, queryKeyValue, attention, outputProjection, feedForward1, feedForward2
}

extension BlockForm {
  /// Multiply-adds of `depth` blocks for one sequence of `tokens`.
  ///
  /// Of a causal attention those that its result needs are counted: token i sees i + 1 tokens.
  ///
  /// - Parameters:
  ///   - wanted: So many tokens of the last block are computed, the last ones where attention is
  ///     causal.
  ///   - isCounted: Which products count.
  func multiplyAdds(
    depth: Int, tokens: Int, wanted: Int, _ isCounted: (TowerProduct) -> Bool
  ) -> Int {
    func block(rows: Int) -> Int {
      let unseen = attention.isCausal ? rows * (rows - 1) / 2 : 0
      let products: [(TowerProduct, Int)] = [
        (.queryKeyValue, (rows + 2 * tokens) * width * width),
        (.attention, 2 * (rows * tokens - unseen) * width),
        (.outputProjection, rows * width * width),
        (.feedForward1, rows * width * feedForward.hiddenSize),
        (.feedForward2, rows * width * feedForward.hiddenSize),
      ]
      return products.reduce(0) { isCounted($1.0) ? $0 + $1.1 : $0 }
    }
    let (before, overflow) = (depth - 1).multipliedReportingOverflow(by: block(rows: tokens))
    return overflow ? .max : sum(before, block(rows: wanted))
  }
}

/// Sizes of a checkpoint may describe a model that nobody could compute: then the largest number.
private func sum(_ first: Int, _ second: Int) -> Int {
  let (sum, overflow) = first.addingReportingOverflow(second)
  return overflow ? .max : sum
}

extension ImageTowerConfiguration {
  /// Multiply-adds for one image of the configured size, as far as the pooled vector needs them.
  package func multiplyAdds(_ isCounted: (TowerProduct) -> Bool = { _ in true }) -> Int {
    let tokens = prefixTokens + patches
    return sum(
      isCounted(.patchEmbedding) ? patches * patchElements * width : 0,
      block.multiplyAdds(depth: depth, tokens: tokens, wanted: pooledTokens ?? tokens, isCounted))
  }
}

extension TextTowerConfiguration {
  /// Multiply-adds for one caption as ids, as far as the pooled vector needs them.
  package func multiplyAdds(
    for ids: [Int32], _ isCounted: (TowerProduct) -> Bool = { _ in true }
  ) -> Int {
    block.multiplyAdds(depth: depth, tokens: encodedLength(of: ids), wanted: 1, isCounted)
  }
}
