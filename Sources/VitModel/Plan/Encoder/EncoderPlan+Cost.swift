import VitTensor

extension EncoderPlan {
  /// The linear layers of all blocks.
  var linears: [Linear] {
    blocks.flatMap {
      [$0.queryKeyValue, $0.outputProjection, $0.feedForward1, $0.feedForward2]
    }
  }

  /// What a product of the blocks is computed in; they are all alike. Nil for what is no block's.
  func precision(of product: TowerProduct) -> Precision? {
    guard let block = blocks.first else { return nil }
    return switch product {
    case .patchEmbedding: nil
    case .queryKeyValue: block.queryKeyValue.precision
    case .attention: block.attention.precision
    case .outputProjection: block.outputProjection.precision
    case .feedForward1: block.feedForward1.precision
    case .feedForward2: block.feedForward2.precision
    }
  }
}
