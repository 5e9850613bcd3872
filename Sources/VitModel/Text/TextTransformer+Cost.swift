import VitTensor

extension TextTransformer {
  /// Bytes of the packed weights that one call reads.
  package var packedBytes: Int { encoder.linears.reduce(0) { $0 + $1.packedBytes } }

  /// Multiply-adds of linear layers and attention for one caption as ids.
  ///
  /// - Parameter precision: only those that are computed in it; nil for all.
  package func multiplyAdds(for ids: [Int32], in precision: Precision? = nil) -> Int {
    encoder.multiplyAdds(tokens: encodedLength(of: ids), wanted: 1, in: precision)
  }
}
