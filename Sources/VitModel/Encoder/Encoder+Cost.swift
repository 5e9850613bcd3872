import VitTensor

extension Encoder {
  /// The linear layers of all blocks; each sees every token once.
  var linears: [Linear] {
    blocks.flatMap {
      [$0.queryKeyValue, $0.outputProjection, $0.feedForward1, $0.feedForward2]
    }
  }

  /// Multiply-adds of the blocks' linear layers and attention for one sequence of `tokens`.
  ///
  /// Of a causal attention those that its result needs are counted: token i sees i + 1 tokens.
  ///
  /// - Parameter precision: only those that are computed in it; nil for all.
  func multiplyAdds(tokens: Int, in precision: Precision? = nil) -> Int {
    let linear = linears.reduce(0) { sum, layer in
      precision == nil || layer.precision == precision
        ? sum + tokens * layer.inputSize * layer.outputSize : sum
    }
    return blocks.reduce(linear) { sum, block in
      guard precision == nil || block.attention.precision == precision else { return sum }
      let pairs = block.attention.causal ? tokens * (tokens + 1) / 2 : tokens * tokens
      return sum + 2 * pairs * width
    }
  }
}
