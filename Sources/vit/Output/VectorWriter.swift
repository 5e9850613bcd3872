import VitCheckpoint

/// Writes one vector an input.
protocol VectorWriter {
  mutating func append(input: String, result: Result<[Float], InputFailure>) throws
  mutating func flush() throws
  mutating func finish() throws
}

/// The writer of a form.
///
/// - Parameter provenance: asked for only by the forms that keep it, because it costs a read of
///   the weights.
func makeVectorWriter(
  format: OutputFormat, path: String?, size: Int, provenance: () throws -> Provenance
) throws -> any VectorWriter {
  switch (format, path) {
  case (.npy, let path?): try NPYVectorWriter(path: path, size: size, provenance: try provenance())
  case (.safetensors, let path?):
    try SafetensorsVectorWriter(path: path, size: size, provenance: try provenance())
  default: try TextVectorWriter(format: format, path: path, size: size)
  }
}

/// `json`, `jsonl` and `csv`.
struct TextVectorWriter: VectorWriter {
  private var writer: RecordWriter
  private let size: Int

  init(format: OutputFormat, path: String?, size: Int) throws {
    self.size = size
    writer = try RecordWriter(
      format: format, sink: ResultSink(path: path),
      csvHeader: ["input", "error"] + (0..<size).map(String.init))
  }

  mutating func append(input: String, result: Result<[Float], InputFailure>) throws {
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

  mutating func flush() throws { try writer.sink.flush() }

  mutating func finish() throws { try writer.finish() }
}

/// `npy` with a line an input in a `.jsonl` beside it. Vectors go to disk as they come; the number
/// of rows is put into the header at the end, whose padding keeps its length.
struct NPYVectorWriter: VectorWriter {
  private let sink: ResultSink
  private let index: ResultSink
  private let size: Int
  private let provenance: JSONText
  private var rows = 0
  private var lines = 0

  init(path: String, size: Int, provenance: Provenance) throws {
    self.size = size
    self.provenance = provenance.json
    sink = try ResultSink(path: path)
    index = try ResultSink(path: Self.indexPath(path))
    try NPY.header(shape: [0, size]).withUnsafeBytes { try sink.write($0) }
  }

  /// `vectors.jsonl` for `vectors.npy`, beside what a link points to.
  static func indexPath(_ path: String) -> String {
    let path = ResultSink.target(of: path) ?? path
    return (path.hasSuffix(".npy") ? String(path.dropLast(4)) : path) + ".jsonl"
  }

  mutating func append(input: String, result: Result<[Float], InputFailure>) throws {
    var members = [("input", JSONText.string(input))]
    switch result {
    case .success(let vector):
      try vector.withUnsafeBytes { try sink.write($0) }
      members.append(("row", .number(rows)))
      rows += 1
    case .failure(let failure): members.append(("error", .string(failure.reason)))
    }
    if lines == 0 { members.append(("made_with", provenance)) }
    lines += 1
    try index.write(JSONText.object(members).text + "\n")
  }

  mutating func flush() throws {}

  mutating func finish() throws {
    try sink.overwrite(NPY.header(shape: [rows, size]), at: 0)
    try index.finish()
    try sink.finish()
  }
}

/// `safetensors`: the header comes first and names the number of rows, so the vectors wait in
/// memory.
struct SafetensorsVectorWriter: VectorWriter {
  private let sink: ResultSink
  private let size: Int
  private let provenance: Provenance
  private var values: [Float] = []
  private var inputs: [JSONText] = []
  private var failures: [JSONText] = []

  init(path: String, size: Int, provenance: Provenance) throws {
    self.size = size
    self.provenance = provenance
    sink = try ResultSink(path: path)
  }

  mutating func append(input: String, result: Result<[Float], InputFailure>) throws {
    switch result {
    case .success(let vector):
      values += vector
      inputs.append(.string(input))
    case .failure(let failure):
      failures.append(
        .object([("input", .string(input)), ("error", .string(failure.reason))]))
    }
  }

  mutating func flush() throws {}

  mutating func finish() throws {
    var metadata = provenance.metadata
    metadata["inputs"] = JSONText.array(inputs).text
    metadata["failed"] = JSONText.array(failures).text
    let tensor = (name: "embeddings", shape: [inputs.count, size], values: values)
    let bytes = SafetensorsWriter.bytes([tensor], metadata: metadata)
    try bytes.withUnsafeBytes { try sink.write($0) }
    try sink.finish()
  }
}
