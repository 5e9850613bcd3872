import VitModel
import VitSystem

/// What tells one model from another: two are the same when the weights of all their towers, their
/// heads and their preprocessing are, and a tower computes the same from its weights.
///
/// The one rule for saved vectors in any form. Which of its towers a model was loaded with does not
/// change its identity, nor does the precision that it computes in, and neither does a conversion.
/// What saved vectors do not say, because an earlier version wrote them, is not compared.
package struct ModelIdentity: Sendable, Equatable {
  /// SHA-256 of all weights files, of the original's where they were converted.
  package let weightsHash: String?
  /// All steps; nil where the model takes no images.
  package let preprocessing: String?
  /// What the towers do with their weights that no shape tells.
  package let towers: String?

  package init(weightsHash: String?, preprocessing: String?, towers: String? = nil) {
    self.weightsHash = weightsHash
    self.preprocessing = preprocessing
    self.towers = towers
  }

  /// Reads all weights, for their hash.
  ///
  /// - Throws: `CheckpointError` where converted weights have changed since.
  package init(_ model: DescribedModel) throws {
    // A tower that this model was loaded without may be of a kind that is not read.
    let whole = model.withAllTowers ?? model.description
    self.init(
      weightsHash: try model.weightsHash(),
      preprocessing: whole.preprocessing.map { "\($0)" }, towers: Self.towers(of: whole))
  }

  /// What saved vectors say of the model that made them.
  package init(madeWith: ExactDictionary<String>) {
    self.init(
      weightsHash: madeWith[Key.weights],
      preprocessing: madeWith[Key.preprocessing].flatMap { $0 == Self.none ? nil : $0 },
      towers: madeWith[Key.towers])
  }

  private enum Key {
    static let weights = "weights_sha256"
    static let preprocessing = "preprocessing"
    static let towers = "towers"
  }

  /// How the preprocessing of a model without images is written.
  private static let none = "none"

  /// For what saved vectors say.
  package var members: [(String, String)] {
    [
      (Key.weights, weightsHash), (Key.preprocessing, preprocessing ?? Self.none),
      (Key.towers, towers),
    ].compactMap { key, value in value.map { (key, $0) } }
  }

  /// What differs, as `weights (1f2e…, not 3d4c…)`; empty where the two are one model.
  package func differences(from other: ModelIdentity) -> [String] {
    let pairs = [
      (Key.weights, weightsHash, other.weightsHash),
      (Key.preprocessing, preprocessing, other.preprocessing), (Key.towers, towers, other.towers),
    ]
    return pairs.compactMap { key, mine, others in
      guard let mine, let others, mine != others else { return nil }
      func shown(_ text: String) -> String {
        key == Key.weights ? "\(text.prefix(12))…" : text
      }
      return "\(key) (\(shown(mine)), not \(shown(others)))"
    }
  }

  /// Written out by hand, so that a new setting changes no identity of a model that does not use it.
  private static func towers(of model: ModelDescription) -> String? {
    var towers: [String] = []
    if let image = model.image {
      towers.append(
        "image: \(image.heads) heads, \(image.activation.rawValue), epsilon \(image.epsilon), "
          + image.pooling.rawValue)
    }
    if let text = model.text {
      towers.append(
        "text: \(text.heads) heads, \(text.activation.rawValue), epsilon \(text.epsilon), "
          + "\(text.pooling), \(text.isCausal ? "causal" : "not causal")")
    }
    return towers.isEmpty ? nil : towers.joined(separator: "; ")
  }
}
