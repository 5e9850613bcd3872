/// `json`, `jsonl` and `csv`.
final class TextVectorWriter: VectorWriter {
  private let writer: RecordWriter
  private let size: Int

  init(format: OutputFormat, path: String?, size: Int) throws {
    self.size = size
    writer = try RecordWriter(
      format: format, sink: ResultSink(path: path),
      csvHeader: ["input", "error"] + (0..<size).map { "\($0)" })
  }

  func append(input: String, result: Result<[Float], InputFailure>) throws {
    let size = size
    switch result {
    case .success(let vector):
      try writer.append(
        Record(
          json: { .object(JSONText.input(input) + [("embedding", .numbers(vector))]) },
          csv: { CSVText.row([.name(input), ""] + vector.map { "\($0)" }) }, table: { "" }))
    case .failure(let failure):
      try writer.append(
        Record(
          json: { .object(JSONText.input(input) + [("error", .string(failure.reason))]) },
          csv: {
            CSVText.row(
              [.name(input), .text(failure.reason)] + [CSVText.Field](repeating: "", count: size))
          }, table: { "" }))
    }
  }

  func flush() throws { try writer.flush() }

  func finish() throws { try writer.finish() }
}
