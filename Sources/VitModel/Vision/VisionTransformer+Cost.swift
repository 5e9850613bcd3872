import VitTensor

extension VisionTransformer {
  /// Bytes of the packed weights that one call reads.
  package var packedBytes: Int { linears.reduce(0) { $0 + $1.packedBytes } }

  /// Whether every packed weight lies in memory that was handed in, as that of a mapped file.
  package var borrowsItsWeights: Bool { linears.allSatisfy(\.isBorrowed) }

  private var linears: [Linear] { [patchEmbedding.projection] + encoder.linears }

  /// Multiply-adds of linear layers and attention for one image of the configured size.
  package var multiplyAddsPerImage: Int { multiplyAdds(nil) }

  /// Those of them that are computed in `precision`.
  package func multiplyAdds(in precision: Precision) -> Int { multiplyAdds(precision) }

  private func multiplyAdds(_ precision: Precision?) -> Int {
    let projection = patchEmbedding.projection
    let embedding =
      precision == nil || projection.precision == precision
      ? configuration.patches * projection.inputSize * projection.outputSize : 0
    let tokens = configuration.prefixTokens + configuration.patches
    return embedding
      + encoder.multiplyAdds(
        tokens: tokens, wanted: configuration.pooledTokens ?? tokens, in: precision)
  }
}
