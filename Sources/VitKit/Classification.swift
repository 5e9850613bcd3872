import VitModel

/// One class of an image.
public struct Classification: Sendable, Equatable {
  /// The class's name, or its number where the model brings no names.
  public let label: String
  /// The class's place among the model's classes, from 0.
  public let index: Int
  /// The logit.
  public let score: Float
  /// 0 to 1: softmax over all classes, or the sigmoid of the logit for independent labels.
  public let probability: Float

  /// The `top` best of one row of logits, best first; equal scores in the order of their index.
  ///
  /// - Parameter multiLabel: probabilities by sigmoid, each label for itself.
  static func rank(
    _ logits: [Float], labels: [String], top: Int, multiLabel: Bool
  ) -> [Classification] {
    let order = logits.indices.sorted { (logits[$0], $1) > (logits[$1], $0) }
    let probabilities =
      multiLabel
      ? logits.map { Float(1 / (1 + exponential(-Double($0)))) } : softmax(logits)
    return order.prefix(max(top, 0)).map { index in
      Classification(
        label: labels.indices.contains(index) ? labels[index] : "\(index)", index: index,
        score: logits[index], probability: probabilities[index])
    }
  }
}
