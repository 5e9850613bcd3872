import VitJSON
import VitKit

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
          JSONText.object([("query", .string(query)), ("best", Self.json(found))]).text + "\n")
      }
      for failure in failures { try sink.write(Self.json(failure).text + "\n") }
    case .csv:
      try sink.write(CSVText.row(["query", "rank", "input", "cosine"]))
      for (query, found) in zip(queries, best) {
        for (rank, match) in found.enumerated() {
          try sink.write(CSVText.row([query, "\(rank + 1)", match.name, "\(match.cosine)"]))
        }
      }
    default:
      for (query, found) in zip(queries, best) {
        try sink.write(printable(query) + "\n")
        for match in found {
          let cosine = decimals(Double(match.cosine), 4).leftPadded(to: 8)
          try sink.write("  \(cosine)  \(printable(match.name))\n")
        }
      }
    }
  }

  /// Piece by piece: with all its matches in one string a long answer would take its size twice.
  private func writeJSON(to sink: ResultSink) throws {
    try sink.write("{\"queries\": \(JSONText.strings(queries).text), \"best\": [")
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
      found.map { .object([("input", .string($0.name)), ("cosine", .number($0.cosine))]) })
  }

  private static func json(_ failure: (input: String, reason: String)) -> JSONText {
    .object([("input", .string(failure.input)), ("error", .string(failure.reason))])
  }
}
