import VitCheckpoint
import VitKit

/// `npy` with a line an input in a `.jsonl` beside it. Vectors go to disk as they come; the number
/// of rows is put into the header at the end, whose padding keeps its length.
final class NPYVectorWriter: VectorWriter {
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
    index = try ResultSink(path: VectorLines.path(besideNPY: path))
    try sink.write(NPY.header(shape: [0, size]))
  }

  func append(input: String, result: Result<[Float], InputFailure>) throws {
    var members = JSONText.input(input)
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

  func flush() throws {}

  func finish() throws {
    try sink.overwrite(NPY.header(shape: [rows, size]), at: 0)
    try index.finish()
    try sink.finish()
  }
}
