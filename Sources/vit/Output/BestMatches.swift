import VitKit
import VitSystem

/// The best of a search for each query, in each form.
struct BestMatches {
  let queries: [String]
  /// For each query, best first.
  let best: [[Embeddings.Neighbor]]
  let failures: [(input: String, reason: String)]

  func write(format: OutputFormat, to sink: ResultSink) throws {
    switch format {
    case .json: try writeJSON(to: sink)
    case .jsonl:
      for (query, found) in zip(queries, best) {
        try sink.write(
          JSONText.object(JSONText.name(query, key: "query") + [("best", Self.json(found))]).text
            + "\n")
      }
      for failure in failures { try sink.write(Self.json(failure).text + "\n") }
    case .csv:
      try sink.write(CSVText.row(["query", "rank", "input", "cosine"]))
      for (query, found) in zip(queries, best) {
        for (rank, match) in found.enumerated() {
          try sink.write(
            CSVText.row([
              .name(query), "\(rank + 1)", .name(match.name), "\(match.cosine)",
            ]))
        }
      }
    default:
      for (query, found) in zip(queries, best) {
        if sink.isTerminal { try sink.write("\(name: query)\n" as TerminalText) }
        let beginning: TerminalText = sink.isTerminal ? "" : "\(name: query):"
        for match in found {
          let cosine = decimals(Double(match.cosine), 4).leftPadded(to: 8)
          try sink.write("\(beginning)  \(cosine)  \(name: match.name)\n" as TerminalText)
        }
      }
    }
  }

  /// Piece by piece: with all its matches in one string a long answer would take its size twice.
  private func writeJSON(to sink: ResultSink) throws {
    let names = JSONText.object(JSONText.names(queries, key: "queries"))
    try sink.write(names.text.dropLast() + ", \"best\": [")
    for (index, found) in best.enumerated() {
      try sink.write((index == 0 ? "" : ", ") + Self.json(found).text)
    }
    try sink.write("]")
    if !failures.isEmpty {
      try sink.write(", \"errors\": \(JSONText.array(failures.map(Self.json)).text)")
    }
    try sink.write("}\n")
  }

  private static func json(_ found: [Embeddings.Neighbor]) -> JSONText {
    .array(
      found.map { .object(JSONText.input($0.name) + [("cosine", .number($0.cosine))]) })
  }

  private static func json(_ failure: (input: String, reason: String)) -> JSONText {
    .object(JSONText.input(failure.input) + [("error", .string(failure.reason))])
  }
}
