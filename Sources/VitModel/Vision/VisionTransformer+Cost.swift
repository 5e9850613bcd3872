import VitTensor

extension VisionTransformer {
  /// Bytes of the packed weights that one call reads.
  package var packedBytes: Int { linears.reduce(0) { $0 + $1.linear.packedBytes } }

  /// Whether every packed weight lies in memory that was handed in, as that of a mapped file.
  package var borrowsItsWeights: Bool { linears.allSatisfy(\.linear.isBorrowed) }

  /// Multiply-adds of linear layers and attention that are computed in `precision`, for one image of
  /// the configured size.
  package func multiplyAdds(in precision: Precision) -> Int {
    let sequence = configuration.prefixTokens + configuration.patches
    let attention = 2 * sequence * sequence * configuration.width
    return linears.reduce(0) { sum, layer in
      layer.linear.precision == precision
        ? sum + layer.rows * layer.linear.inputSize * layer.linear.outputSize : sum
    } + encoder.blocks.count { $0.attention.precision == precision } * attention
  }

  /// Each linear layer with the rows that one image brings it.
  private var linears: [(linear: Linear, rows: Int)] {
    let sequence = configuration.prefixTokens + configuration.patches
    return [(patchEmbedding.projection, configuration.patches)]
      + encoder.blocks.flatMap { block in
        [
          block.queryKeyValue, block.outputProjection, block.feedForward1, block.feedForward2,
        ].map { ($0, sequence) }
      }
  }
}
