import VitCheckpoint
import VitKit

/// `safetensors`: the header comes first and names the number of rows, so the vectors wait in
/// memory.
final class SafetensorsVectorWriter: VectorWriter {
  private let sink: ResultSink
  private let size: Int
  private let provenance: VectorProvenance
  private var values: [Float] = []
  private var inputs: [String] = []
  private var failures: [JSONText] = []

  init(path: String, size: Int, provenance: VectorProvenance) throws {
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
    // Of nothing there is nothing to keep.
    if inputs.isEmpty && failures.isEmpty && Interrupt.isRequested { return }
    var metadata = provenance.metadata
    metadata["complete"] = "\(!Interrupt.isRequested)"
    for (key, value) in JSONText.names(inputs, key: "inputs") { metadata[key] = value.text }
    metadata["failed"] = JSONText.array(failures).text
    let tensor = (name: "embeddings", shape: [inputs.count, size], values: values)
    try sink.write(SafetensorsWriter.bytes([tensor], metadata: metadata))
    try sink.finish()
  }
}
