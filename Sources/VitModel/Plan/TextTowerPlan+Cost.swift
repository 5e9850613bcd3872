import VitTensor

extension TextTowerPlan {
  /// Bytes of the packed weights that one call reads.
  package var packedBytes: Int { encoder.linears.reduce(0) { $0 + $1.packedBytes } }

  /// Multiply-adds of linear layers and attention for one caption as ids.
  ///
  /// - Parameter precision: only those that are computed in it; nil for all.
  package func multiplyAdds(for ids: [Int32], in precision: Precision? = nil) -> Int {
    configuration.multiplyAdds(for: ids) { product in
      precision == nil || encoder.precision(of: product) == precision
    }
  }
}
