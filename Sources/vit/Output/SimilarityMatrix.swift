import VitKit
import VitSystem

/// Cosines of rows and columns, in each form, written row by row as they are computed.
struct SimilarityMatrix {
  let rows: Embeddings
  let columns: Embeddings
  /// Multiplies cosines before the softmax over a row; nil where rows and columns are alike.
  let scale: Float?
  let failures: [(input: String, reason: String)]

  func write(format: OutputFormat, to sink: ResultSink) throws {
    let (rowNames, columnNames) = (try rows.names, try columns.names)
    switch format {
    case .json: try writeJSON(rowNames, columnNames, to: sink)
    case .csv:
      try sink.write(CSVText.row([""] + columnNames.map { .name($0) }))
      try forEachRow { row, cosines in
        try sink.write(CSVText.row([.name(rowNames[row])] + cosines.map { "\($0)" }))
      }
    default: try writeTable(rowNames, columnNames, to: sink)
    }
  }

  private func forEachRow(_ body: (Int, UnsafeBufferPointer<Float>) throws -> Void) throws {
    try rows.forEachRowOfCosines(
      with: columns, isCancelled: { Interrupt.isRequested }, body)
  }

  /// Probabilities are computed by a second pass over the cosines, which costs less than keeping them.
  private func writeJSON(
    _ rowNames: [String], _ columnNames: [String], to sink: ResultSink
  ) throws {
    let names = JSONText.object(
      JSONText.names(rowNames, key: "rows") + JSONText.names(columnNames, key: "columns"))
    try sink.write(names.text.dropLast() + ", \"cosine\": [")
    try forEachRow { row, cosines in
      try sink.write((row == 0 ? "" : ", ") + JSONText.numbers(cosines).text)
    }
    try sink.write("]")
    if let scale {
      try sink.write(", \"probability\": [")
      try forEachRow { row, cosines in
        let probabilities = softmax(cosines.map { $0 * scale })
        try sink.write((row == 0 ? "" : ", ") + JSONText.numbers(probabilities).text)
      }
      try sink.write("]")
    }
    if !failures.isEmpty {
      let errors = failures.map {
        JSONText.object(JSONText.input($0.input) + [("error", .string($0.reason))])
      }
      try sink.write(", \"errors\": \(JSONText.array(errors).text)")
    }
    try sink.write("}\n")
  }

  private static func shown(_ name: String) -> String { printable(name, keepsNames: true) }

  /// Columns have numbers, because names are long; where they are not the rows', a line says which.
  private func writeTable(
    _ rowNames: [String], _ columnNames: [String], to sink: ResultSink
  ) throws {
    guard !rowNames.isEmpty, !columnNames.isEmpty else { return }
    let (rowNames, columnNames) = (rowNames.map(Self.shown), columnNames.map(Self.shown))
    let numbers = (1...columnNames.count).map { "[\($0)]" }
    let isSquare = rowNames.elementsEqual(columnNames) { $0.isExactly($1) }
    if !isSquare {
      for (number, column) in zip(numbers, columnNames) {
        try sink.write("\(number) \(name: column)\n" as TerminalText)
      }
    }
    let names =
      isSquare
      ? zip(numbers, rowNames).map { "\($0.leftPadded(to: numbers.last!.count)) \($1)" } : rowNames
    let width = min(60, names.map(\.count).max() ?? 0)
    let cell = max(8, numbers.last!.count + 2)
    let heading = numbers.map { $0.leftPadded(to: cell) }.joined()
    try sink.write("\(String(repeating: " ", count: width))\(heading)\n" as TerminalText)
    try forEachRow { row, cosines in
      let name = names[row]
      let shown = name.count > width ? name.prefix(width - 1) + "…" : name[...]
      let cells = cosines.map { decimals(Double($0), 4).leftPadded(to: cell) }.joined()
      try sink.write("\(name: String(shown).padded(to: width))\(cells)\n" as TerminalText)
    }
  }
}
