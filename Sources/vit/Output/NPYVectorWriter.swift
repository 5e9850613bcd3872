import VitCheckpoint
import VitKit

/// `npy` with a line an input in a `.jsonl` beside it. Vectors go to disk as they come; the number
/// of rows is put into the header at the end, whose padding keeps its length.
///
/// Two files cannot take their names in one step. So the first line says which vectors the lines are
/// of, by their SHA-256, and whether all inputs were done: it is written again, at the same length,
/// when that is known. NumPy's header has no place for such a thing that every reader passes over, and
/// a hash also tells a file that was copied over another.
final class NPYVectorWriter: VectorWriter {
  private let sink: ResultSink
  private let index: ResultSink
  private let size: Int
  private let provenance: JSONText
  private var hash = SHA256()
  private var rows = 0
  /// Members of the first line.
  private var first: [(String, JSONText)] = []

  init(path: String, size: Int, provenance: VectorProvenance) throws {
    self.size = size
    self.provenance = .object(provenance.ordered.map { ($0.0, .string($0.1)) })
    sink = try ResultSink(path: path)
    index = try ResultSink(path: VectorLines.path(besideNPY: path))
    try sink.write(NPY.header(shape: [0, size]))
  }

  func append(input: String, result: Result<[Float], InputFailure>) throws {
    var members = JSONText.input(input)
    switch result {
    case .success(let vector):
      try vector.withUnsafeBytes {
        hash.update($0)
        try sink.write($0)
      }
      members.append(("row", .number(rows)))
      rows += 1
    case .failure(let failure): members.append(("error", .string(failure.reason)))
    }
    if first.isEmpty {
      members.append(("made_with", provenance))
      first = members
      try index.write(firstLine(hash: String(repeating: "0", count: 64), isComplete: false))
    } else {
      try index.write(JSONText.object(members).text + "\n")
    }
  }

  /// Of one length whatever the arguments.
  private func firstLine(hash: String, isComplete: Bool) -> String {
    let members =
      first + [("vectors_sha256", .string(hash)), ("complete", .bool(isComplete))]
    return JSONText.object(members).text + (isComplete ? " \n" : "\n")
  }

  func flush() throws {}

  func finish() throws {
    // Of nothing there is nothing to keep.
    if first.isEmpty && Interrupt.isRequested { return }
    try sink.overwrite(NPY.header(shape: [rows, size]), at: 0)
    if !first.isEmpty {
      let line = firstLine(hash: hash.finalized(), isComplete: !Interrupt.isRequested)
      try index.overwrite(Array(line.utf8), at: 0)
    }
    try ResultSink.finish([index, sink])
  }
}
