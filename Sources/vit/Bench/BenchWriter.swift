import VitSystem
import VitTensor

/// Writes measurements as they are made: a line of a table each, or an object of flat keys.
struct BenchWriter {
  struct Column {
    let title: String
    let width: Int
    let isNumber: Bool

    static func number(_ title: String, _ width: Int) -> Column {
      Column(title: title, width: width, isNumber: true)
    }
    static func text(_ title: String, _ width: Int) -> Column {
      Column(title: title, width: width, isNumber: false)
    }
  }

  static let timeColumns: [Column] = [
    .number("best ms", 9), .number("p50 ms", 9), .number("p95 ms", 9),
  ]

  private let columns: [Column]
  private let sink: ResultSink
  private let format: OutputFormat
  private let machine = Machine()
  private let writer: RecordWriter
  private var hasHeader = false

  init(_ output: OutputOptions, columns: [Column]) throws {
    format = try Self.format(output)
    sink = try ResultSink(path: output.output)
    writer = try RecordWriter(format: format, sink: sink, csvHeader: [])
    self.columns = columns
  }

  private mutating func writeHeader() throws {
    guard format == .table, !hasHeader else { return }
    hasHeader = true
    let threads = ThreadPool.shared.threadCount
    try sink.write(
      "\(machine.processor), \(threads) threads, kernels \(KernelSet.active)\n\n\(line(columns.map(\.title)))"
        as TerminalText)
  }

  static func format(_ output: OutputOptions) throws -> OutputFormat {
    try output.resolved(default: .table, among: [.table, .json, .jsonl])
  }

  /// - Parameters:
  ///   - members: flat keys with units in their names; what was measured on is added.
  ///   - cells: one a column.
  mutating func append(_ members: [(String, JSONText)], cells: [String]) throws {
    let all =
      members + [
        ("kernel_set", .string(KernelSet.active)),
        ("threads", .number(ThreadPool.shared.threadCount)),
        ("processor", .string(machine.processor)),
      ]
    let line = line(cells)
    try writeHeader()
    try writer.append(Record(json: { .object(all) }, csv: { [] }, table: { line }))
    try sink.flush()
  }

  func finish() throws { try writer.finish() }

  private func line(_ cells: [String]) -> TerminalText {
    let padded = zip(columns, cells).map { column, cell in
      column.isNumber ? cell.leftPadded(to: column.width) : cell.padded(to: column.width)
    }
    var text = padded.joined(separator: "  ")
    while text.last == " " { text.removeLast() }
    return "\(name: text)\n"
  }
}
