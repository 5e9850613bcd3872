/// Writes records in the order they come: `json` as one array, `jsonl` an object a line.
final class RecordWriter {
  private let format: OutputFormat
  private let sink: ResultSink
  private var count = 0

  init(format: OutputFormat, sink: ResultSink, csvHeader: @autoclosure () -> [CSVText.Field]) throws
  {
    self.format = format
    self.sink = sink
    if format == .csv { try sink.write(CSVText.row(csvHeader())) }
  }

  func append(_ record: Record) throws {
    switch format {
    case .json: try sink.write((count == 0 ? "[\n" : ",\n") + record.json().text)
    case .csv: try sink.write(record.csv())
    case .table: try sink.write(record.table())
    default: try sink.write(record.json().text + "\n")
    }
    count += 1
  }

  /// Hands on what was appended so far.
  func flush() throws { try sink.flush() }

  func finish() throws {
    if format == .json { try sink.write(count == 0 ? "[]\n" : "\n]\n") }
    try sink.finish()
  }
}
