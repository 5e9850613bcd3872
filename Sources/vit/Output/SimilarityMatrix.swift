/// Cosines of rows and columns, in each form.
struct SimilarityMatrix {
  let rows: [String]
  let columns: [String]
  let cosines: [[Float]]
  let failures: [(input: String, reason: String)]

  func write(format: OutputFormat, to sink: ResultSink) throws {
    switch format {
    case .json: try sink.write(json.text + "\n")
    case .csv:
      try sink.write(CSVText.row([""] + columns))
      for (name, row) in zip(rows, cosines) {
        try sink.write(CSVText.row([name] + row.map { "\($0)" }))
      }
    default: try writeTable(to: sink)
    }
  }

  private var json: JSONText {
    var members: [(String, JSONText)] = [
      ("rows", .strings(rows)), ("columns", .strings(columns)),
      ("cosine", .array(cosines.map { .numbers($0) })),
    ]
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

  /// Columns have the rows' numbers, because names are long.
  private func writeTable(to sink: ResultSink) throws {
    guard !rows.isEmpty else { return }
    let numbers = (1...columns.count).map { "[\($0)]" }
    let names = zip(numbers, rows).map { "\($0.leftPadded(to: numbers.last!.count)) \($1)" }
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
