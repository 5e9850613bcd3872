import VitTensor

extension Encoder {
  /// The linear layers of all blocks.
  var linears: [Linear] {
    blocks.flatMap {
      [$0.queryKeyValue, $0.outputProjection, $0.feedForward1, $0.feedForward2]
    }
  }

  /// Multiply-adds of the blocks' linear layers and attention for one sequence of `tokens`.
  ///
  /// Of a causal attention those that its result needs are counted: token i sees i + 1 tokens.
  ///
  /// - Parameters:
  ///   - wanted: So many tokens of the last block are computed, the last ones where attention is
  ///     causal.
  ///   - precision: only those that are computed in it; nil for all.
  func multiplyAdds(tokens: Int, wanted: Int, in precision: Precision? = nil) -> Int {
    func count(_ layer: Linear, rows: Int) -> Int {
      precision == nil || layer.precision == precision
        ? rows * layer.inputSize * layer.outputSize : 0
    }
    return blocks.indices.reduce(0) { sum, index in
      let block = blocks[index]
      let rows = index + 1 < blocks.count ? tokens : wanted
      var pairs = 0
      if precision == nil || block.attention.precision == precision {
        let unseen = block.attention.causal ? rows * (rows - 1) / 2 : 0
        pairs = rows * tokens - unseen
      }
      let queries = count(block.queryKeyValue, rows: rows) / 3
      let keysAndValues = count(block.queryKeyValue, rows: tokens) / 3 * 2
      return sum + queries + keysAndValues + 2 * pairs * width
        + count(block.outputProjection, rows: rows) + count(block.feedForward1, rows: rows)
        + count(block.feedForward2, rows: rows)
    }
  }
}
