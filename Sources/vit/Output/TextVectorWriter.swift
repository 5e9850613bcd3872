/// `json`, `jsonl` and `csv`.
final class TextVectorWriter: VectorWriter {
  private let writer: RecordWriter
  private let size: Int

  init(format: OutputFormat, path: String?, size: Int) throws {
    self.size = size
    writer = try RecordWriter(
      format: format, sink: ResultSink(path: path),
      csvHeader: ["input", "error"] + (0..<size).map(String.init))
  }

  func append(input: String, result: Result<[Float], InputFailure>) throws {
    let size = size
    switch result {
    case .success(let vector):
      try writer.append(
        Record(
          json: { .object([("input", .string(input)), ("embedding", .numbers(vector))]) },
          csv: { CSVText.row([input, ""] + vector.map { "\($0)" }) }, table: { "" }))
    case .failure(let failure):
      try writer.append(
        Record(
          json: { .object([("input", .string(input)), ("error", .string(failure.reason))]) },
          csv: {
            CSVText.row([input, failure.reason] + [String](repeating: "", count: size))
          }, table: { "" }))
    }
  }

  func flush() throws { try writer.flush() }

  func finish() throws { try writer.finish() }
}
