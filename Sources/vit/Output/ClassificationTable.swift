import VitKit

/// The classes of an image for people: its name, then a line a class.
struct ClassificationTable {
  enum Scores {
    case probability
    /// Labels of the user's own: the cosine tells how well the best one fits at all.
    case probabilityAndCosine
    /// Labels of the user's own, each for itself.
    case cosine
    /// A regression's answer.
    case number
  }

  let usesColour: Bool
  let scores: Scores

  func text(input: String, result: Result<[Classification], InputFailure>) -> String {
    let heading = usesColour ? "\u{1B}[1m\(input)\u{1B}[0m\n" : "\(input)\n"
    switch result {
    // Standard error has the reason.
    case .failure: return heading + "  failed\n"
    case .success(let classes):
      return heading
        + classes.map { item in
          let percent = decimals(Double(item.probability) * 100, 1).leftPadded(to: 5) + " %"
          let cosine = decimals(Double(item.score), 4).leftPadded(to: 7)
          let numbers =
            switch scores {
            case .probability: percent
            case .probabilityAndCosine: "\(percent)  \(cosine)"
            case .cosine, .number: cosine
            }
          return "  \(numbers)  \(item.label)\n"
        }.joined()
    }
  }
}
