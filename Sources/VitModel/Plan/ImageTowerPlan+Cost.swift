import VitTensor

extension ImageTowerPlan {
  /// Bytes of the packed weights that one call reads.
  package var packedBytes: Int { linears.reduce(0) { $0 + $1.packedBytes } }

  /// Whether every packed weight lies in memory that was handed in, as that of a mapped file.
  package var borrowsItsWeights: Bool { linears.allSatisfy(\.isBorrowed) }

  private var linears: [Linear] { [patchEmbedding.projection] + encoder.linears }

  /// Multiply-adds of linear layers and attention for one image of the configured size.
  package var multiplyAddsPerImage: Int { configuration.multiplyAdds() }

  /// Those of them that are computed in `precision`.
  package func multiplyAdds(in precision: Precision) -> Int {
    configuration.multiplyAdds { product in
      product == .patchEmbedding
        ? patchEmbedding.projection.precision == precision
        : encoder.precision(of: product) == precision
    }
  }
}
