import VitCheckpoint
import VitJSON
import VitSystem

/// The lines beside a `.npy` of vectors, `NAME.jsonl` beside `NAME.npy`: one for each input, with its
/// row or why it has none. The first also says what made the vectors, which bytes they are, and whether
/// all inputs were done.
package struct VectorLines {
  /// In the order of the inputs; rows count from 0 without gaps.
  let lines: [VectorPart.Line]
  /// What made the vectors; the first line says it.
  let madeWith: ExactDictionary<String>
  /// SHA-256 of the numbers in the `.npy`; nil where an earlier version wrote the lines.
  let vectorsHash: String?
  /// Whether the run that wrote them went to its end.
  let isComplete: Bool

  /// `vectors.jsonl` for `vectors.npy`, beside what a link points to.
  package static func path(besideNPY path: String) -> String {
    let path = FileSystem.canonicalPath(path) ?? path
    return (path.hasSuffix(".npy") ? String(path.dropLast(4)) : path) + ".jsonl"
  }

  /// - Parameter hash: SHA-256 that the file must have; nil where none is known.
  /// - Throws: `VectorFolderError.unusable`.
  init(contentsOf path: String, hash expected: String? = nil) throws {
    do {
      let file = try VectorPart.map(path)
      defer { withExtendedLifetime(file) {} }
      if let expected {
        guard SHA256.hexadecimal(file.bytes) == expected else {
          throw VectorPart.damaged(path, "not what the manifest says (SHA-256)")
        }
      }
      var lines: [VectorPart.Line] = []
      var madeWith: ExactDictionary<String> = [:]
      var vectorsHash: String?
      var isComplete = true
      var rows = 0
      for text in file.bytes.split(separator: 0x0A) {
        let json = try JSONValue.parse(UnsafeRawBufferPointer(rebasing: text), name: path)
        guard let input = json.input else {
          throw VectorPart.damaged(path, "line \(lines.count + 1) names no input")
        }
        let (row, reason) = (json["row"]?.int, json["error"]?.string)
        guard row == nil ? reason != nil : row == rows && reason == nil else {
          throw VectorPart.damaged(
            path, "line \(lines.count + 1) has neither the next row (\(rows)) nor an error")
        }
        if row != nil { rows += 1 }
        if lines.isEmpty {
          for (key, value) in json["made_with"]?.object?.members ?? [] {
            madeWith[key] = value.string ?? value.serialized()
          }
          vectorsHash = json["vectors_sha256"]?.string
          isComplete = json["complete"]?.bool ?? true
        }
        var stamp: FileStamp?
        if let byteCount = json["bytes"]?.int, let modified = json["modified_us"]?.int {
          stamp = FileStamp(byteCount: byteCount, modified: modified)
        }
        lines.append(VectorPart.Line(input: input, row: row, reason: reason, stamp: stamp))
      }
      try VectorPart.checkIntact(file)
      (self.lines, self.madeWith) = (lines, madeWith)
      (self.vectorsHash, self.isComplete) = (vectorsHash, isComplete)
    } catch let error as JSONError {
      throw VectorPart.damaged(path, "\(error)")
    }
  }

  /// Whether the lines are of these numbers, as they lie in the `.npy`: a run may have been killed
  /// between giving the two files their names, and a file may have been copied alone.
  func areOf(_ data: UnsafeRawBufferPointer) -> Bool {
    guard let vectorsHash else { return true }
    return SHA256.hexadecimal(data) == vectorsHash
  }
}
