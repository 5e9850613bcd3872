import VitTensor

/// The text towers of the usual CLIPs (Radford et al. 2021, table 20), each named after the image
/// tower that it belongs to.
///
/// They have no checkpoint: their weights are random, from a fixed hash, for measuring speed.
package enum TextPreset: String, Sendable, CaseIterable {
  case clipBase32 = "clip-vit-base-32-text"
  case clipBase16 = "clip-vit-base-16-text"
  case clipLarge14 = "clip-vit-large-14-text"

  package var configuration: TextTowerConfiguration {
    let (width, heads) =
      switch self {
      case .clipBase32, .clipBase16: (512, 8)
      case .clipLarge14: (768, 12)
      }
    return TextTowerConfiguration(
      contextLength: 77, vocabularySize: 49408, width: width, depth: 12, heads: heads,
      mlpSize: 4 * width, activation: .quickGELU, epsilon: 1e-5, pooling: .largestID,
      paddingID: 0)
  }

  /// The tower, its weights made as they are packed.
  package func textTower(precision: Precision) throws -> TextTowerPlan {
    let reader = ParameterReader.declaring()
    let layout = try reader.textTower(OpenCLIP.textKeys, configuration)
    return try PlanBuilder(reader.parameters, precision: precision)
      .textTower(layout, configuration)
  }
}

extension TextTowerPlan {
  /// A caption of so many tokens, start and end included, of words that are the same in every run.
  ///
  /// - Parameters:
  ///   - tokens: 2 to the context's length.
  ///   - number: tells one caption from another.
  package func sampleCaption(tokens: Int, number: Int) -> [Int32] {
    let last = Int32(configuration.vocabularySize - 1)
    let end = if case .firstOf(let id) = configuration.pooling { id } else { last }
    let words = (0..<max(0, tokens - 2)).map { place in
      // Away from the end of the vocabulary, where the special tokens are.
      Int32((number * 7919 + place * 104_729) % max(1, configuration.vocabularySize * 3 / 4))
    }
    return [max(0, last - 1)] + words.map { $0 == end ? 0 : $0 } + [end]
  }
}
