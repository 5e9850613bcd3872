import VitTensor

/// The shape and the conventions of a text tower.
package struct TextConfiguration: Sendable, Equatable {
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

  package func validated(name: String) throws -> TextConfiguration {
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

/// Which position of a caption becomes its vector.
package enum TextPooling: Sendable, Equatable, CustomStringConvertible {
  /// The first that holds this id; position 0 where none does.
  case firstOf(Int32)
  /// The first of the largest id, which in CLIP's vocabulary is the end of text.
  case largestID
  case first
  /// The last of the context, whatever stands there.
  case last

  package var description: String {
    switch self {
    case .firstOf(let id): "first token with id \(id)"
    case .largestID: "first token with the largest id"
    case .first: "first token"
    case .last: "last token of the context"
    }
  }

  /// The pooled position of a caption that is padded to `contextLength` with `padding`.
  func position(_ ids: [Int32], contextLength: Int, padding: Int32) -> Int {
    switch self {
    case .first: return 0
    case .last: return contextLength - 1
    case .firstOf(let id):
      if let place = ids.firstIndex(of: id) { return place }
      return padding == id && ids.count < contextLength ? ids.count : 0
    case .largestID:
      guard let largest = ids.max(), let place = ids.firstIndex(of: largest) else { return 0 }
      return padding > largest && ids.count < contextLength ? ids.count : place
    }
  }
}
