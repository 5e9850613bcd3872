import VitKit

/// The classes of an image for people: its name, then a line a class; or, for `grep` and `sort`, lines that
/// each begin with the name.
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
  let namesEachLine: Bool
  let scores: Scores

  func text(input: String, result: Result<[Classification], InputFailure>) -> TerminalText {
    let beginning: TerminalText = namesEachLine ? "\(name: input): " : "  "
    let heading: TerminalText =
      namesEachLine
      ? ""
      : usesColour ? "\u{1B}[1m\(name: input)\u{1B}[0m\n" : "\(name: input)\n"
    switch result {
    // Standard error has the reason.
    case .failure: return "\(heading)\(beginning)failed\n"
    case .success(let classes):
      return heading
        + classes.map { item -> TerminalText in
          let percent = decimals(Double(item.probability) * 100, 1).leftPadded(to: 5) + " %"
          let cosine = decimals(Double(item.score), 4).leftPadded(to: 7)
          let numbers =
            switch scores {
            case .probability: percent
            case .probabilityAndCosine: "\(percent)  \(cosine)"
            case .cosine, .number: cosine
            }
          return "\(beginning)\(numbers)  \(item.label)\n"
        }.joined()
    }
  }
}
