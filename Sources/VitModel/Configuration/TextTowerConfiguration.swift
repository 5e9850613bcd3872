import VitTensor

/// The shape and the conventions of a text tower.
package struct TextTowerConfiguration: Sendable, Equatable {
  /// Positions, the start and end of text included.
  package var contextLength: Int
  package var vocabularySize: Int
  package var width: Int
  package var depth: Int
  package var heads: Int
  package var mlpSize: Int
  package var activation: Activation
  package var epsilon: Float
  /// A token sees only itself and what stands before it.
  package var isCausal = true
  package var pooling: TextPooling
  /// What fills a caption up to `contextLength` where every position counts.
  package var paddingID: Int32
  package var hasLayerScale = false
  /// Rows of the position table, where they are not as many as the context has positions.
  package var trainedPositions: Int?

  package var positionRows: Int { trainedPositions ?? contextLength }
  package var block: BlockForm {
    BlockForm(
      width: width, norm: .layer(epsilon: epsilon),
      attention: AttentionForm(
        heads: heads, headSize: width / heads, isCausal: isCausal,
        hasQueryKeyValueBias: true),
      feedForward: .plain(hiddenSize: mlpSize, activation), hasLayerScale: hasLayerScale)
  }

  /// The token whose vector is the caption's.
  func pooledPosition(of ids: [Int32]) -> Int {
    pooling.position(ids, contextLength: contextLength, padding: paddingID)
  }

  /// So many tokens of a caption are encoded: all that the pooled one sees.
  func encodedLength(of ids: [Int32]) -> Int {
    isCausal ? pooledPosition(of: ids) + 1 : contextLength
  }

  package func validated(name: String) throws -> TextTowerConfiguration {
    for (label, value, limit) in [
      ("context length", contextLength, 1 << 16), ("vocabulary", vocabularySize, 1 << 24),
      ("width", width, 1 << 20), ("depth", depth, 4096), ("number of heads", heads, 1 << 20),
      ("MLP size", mlpSize, 1 << 20),
    ] where value <= 0 || value > limit {
      throw ModelError.invalidConfiguration(
        name: name, reason: "the text tower's \(label) is \(value); it must be 1 to \(limit)")
    }
    guard width % heads == 0 else {
      throw ModelError.invalidConfiguration(
        name: name,
        reason: "the text tower's width \(width) is not divisible by its \(heads) heads")
    }
    guard epsilon.isFinite, epsilon >= 0 else {
      throw ModelError.invalidConfiguration(
        name: name, reason: "the text tower's norm epsilon is \(epsilon)")
    }
    return self
  }
}
