import VitCheckpoint

/// `safetensors`: the header comes first and names the number of rows, so the vectors wait in
/// memory.
final class SafetensorsVectorWriter: VectorWriter {
  private let sink: ResultSink
  private let size: Int
  private let provenance: Provenance
  private var values: [Float] = []
  private var inputs: [String] = []
  private var failures: [JSONText] = []

  init(path: String, size: Int, provenance: Provenance) throws {
    self.size = size
    self.provenance = provenance
    sink = try ResultSink(path: path)
  }

  func append(input: String, result: Result<[Float], InputFailure>) throws {
    switch result {
    case .success(let vector):
      values += vector
      inputs.append(input)
    case .failure(let failure):
      failures.append(
        .object(JSONText.input(input) + [("error", .string(failure.reason))]))
    }
  }

  func flush() throws {}

  func finish() throws {
    var metadata = provenance.metadata
    for (key, value) in JSONText.names(inputs, key: "inputs") { metadata[key] = value.text }
    metadata["failed"] = JSONText.array(failures).text
    let tensor = (name: "embeddings", shape: [inputs.count, size], values: values)
    try sink.write(SafetensorsWriter.bytes([tensor], metadata: metadata))
    try sink.finish()
  }
}
