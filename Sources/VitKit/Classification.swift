import VitModel
import VitSystem

/// One class of an image.
public struct Classification: Sendable, Equatable {
  /// The class's name, or its number where the model brings no names.
  public let label: String
  /// The class's place among the model's classes, from 0.
  public let index: Int
  /// The logit of a model's own class; the cosine, −1 to 1, of a zero-shot label.
  public let score: Float
  /// exp(sᵢ) / Σⱼ exp(sⱼ) over all classes, where s are the logits, or the cosines times the model's
  /// scale. Where each class is judged for itself (`multiLabel`, a model that was trained so, or one
  /// of a single class) 1 / (1 + exp(−s)); but the cosine of a zero-shot label where the model was
  /// trained by softmax, which gives no probability of one label alone. Not a number (NaN) where the
  /// score is the model's whole answer, as a regression's is.
  public let probability: Float

  /// The `top` best classes, best first; equal scores in the order of their index.
  ///
  /// O(n log n) for n classes.
  ///
  /// - Parameters:
  ///   - logits: one for each class.
  ///   - labels: in the order of the classes; a class without one is called by its number.
  ///   - scores: what the logits mean.
  static func rank(
    _ logits: [Float], labels: [String], top: Int, as scores: ClassScores
  ) -> [Classification] {
    let order = logits.indices.sorted { (logits[$0], $1) > (logits[$1], $0) }
    let probabilities =
      switch scores {
      case .oneOfAll: softmax(logits)
      case .eachForItself: logits.map(sigmoid)
      case .regression: [Float](repeating: .nan, count: logits.count)
      }
    return order.prefix(max(top, 0)).map { index in
      Classification(
        label: labels.indices.contains(index) ? labels[index] : "\(index)", index: index,
        score: logits[index], probability: probabilities[index])
    }
  }
}
