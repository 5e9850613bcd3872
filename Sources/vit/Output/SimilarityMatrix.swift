import VitJSON
import VitKit

/// Cosines of rows and columns, in each form.
struct SimilarityMatrix {
  let rows: [String]
  let columns: [String]
  let cosines: [[Float]]
  /// Multiplies cosines before the softmax over a row; nil where rows and columns are alike.
  let scale: Float?
  /// Only so many columns of each row, best first.
  let best: Int?
  let failures: [(input: String, reason: String)]

  init(
    rows: [String], columns: [String], cosines: [[Float]], scale: Float? = nil, best: Int? = nil,
    failures: [(input: String, reason: String)]
  ) {
    self.rows = rows
    self.columns = columns
    self.cosines = cosines
    self.scale = scale
    self.best = best
    self.failures = failures
  }

  private var probabilities: [[Float]]? {
    guard let scale else { return nil }
    return cosines.map { row in softmax(row.map { $0 * scale }) }
  }

  /// The columns of a row, best first, equal ones in their order.
  private func ranking(_ row: [Float]) -> [Int] {
    Array(row.indices.sorted { (row[$0], $1) > (row[$1], $0) }.prefix(best ?? row.count))
  }

  func write(format: OutputFormat, to sink: ResultSink) throws {
    switch format {
    case .json: try sink.write(json.text + "\n")
    case .csv where best != nil:
      try sink.write(CSVText.row(["row", "rank", "column", "cosine"]))
      for (name, row) in zip(rows, cosines) {
        for (rank, column) in ranking(row).enumerated() {
          try sink.write(
            CSVText.row([name, "\(rank + 1)", columns[column], "\(row[column])"]))
        }
      }
    case .csv:
      try sink.write(CSVText.row([""] + columns))
      for (name, row) in zip(rows, cosines) {
        try sink.write(CSVText.row([name] + row.map { "\($0)" }))
      }
    default: try best == nil ? writeTable(to: sink) : writeBest(to: sink)
    }
  }

  private var json: JSONText {
    var members: [(String, JSONText)] = [
      ("rows", .strings(rows)), ("columns", .strings(columns)),
    ]
    if best != nil {
      members.append(("best", bestJSON))
    } else {
      members.append(("cosine", .array(cosines.map { .numbers($0) })))
      if let probabilities {
        members.append(("probability", .array(probabilities.map { .numbers($0) })))
      }
    }
    if !failures.isEmpty {
      members.append(
        (
          "errors",
          .array(
            failures.map { .object([("input", .string($0.input)), ("error", .string($0.reason))]) })
        ))
    }
    return .object(members)
  }

  private var bestJSON: JSONText {
    let probabilities = probabilities
    return .array(
      zip(rows.indices, cosines).map { index, row in
        .array(
          ranking(row).map { column in
            var entry: [(String, JSONText)] = [
              ("column", .number(column)), ("cosine", .number(row[column])),
            ]
            if let probabilities {
              entry.append(("probability", .number(probabilities[index][column])))
            }
            return .object(entry)
          })
      })
  }

  private func writeBest(to sink: ResultSink) throws {
    for (name, row) in zip(rows, cosines) {
      try sink.write(printable(name) + "\n")
      for column in ranking(row) {
        try sink.write(
          "  \(decimals(Double(row[column]), 4).leftPadded(to: 8))  \(printable(columns[column]))\n"
        )
      }
    }
  }

  /// Columns have numbers, because names are long; where they are not the rows', a line says which.
  private func writeTable(to sink: ResultSink) throws {
    guard !rows.isEmpty, !columns.isEmpty else { return }
    let (rows, columns) = (rows.map { printable($0) }, columns.map { printable($0) })
    let numbers = (1...columns.count).map { "[\($0)]" }
    let isSquare = rows == columns
    if !isSquare {
      for (number, column) in zip(numbers, columns) { try sink.write("\(number) \(column)\n") }
    }
    let names =
      isSquare
      ? zip(numbers, rows).map { "\($0.leftPadded(to: numbers.last!.count)) \($1)" } : rows
    let width = min(60, names.map(\.count).max() ?? 0)
    let cell = max(8, numbers.last!.count + 2)
    try sink.write(
      String(repeating: " ", count: width) + numbers.map { $0.leftPadded(to: cell) }.joined()
        + "\n")
    for (name, row) in zip(names, cosines) {
      let shown = name.count > width ? name.prefix(width - 1) + "…" : name[...]
      let cells = row.map { decimals(Double($0), 4).leftPadded(to: cell) }.joined()
      try sink.write(String(shown).padded(to: width) + cells + "\n")
    }
  }
}
