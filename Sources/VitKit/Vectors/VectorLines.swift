import VitJSON
import VitSystem

/// The lines beside a `.npy` of vectors: one for each input, with its row or why it has none.
package struct VectorLines {
  /// In the order of the inputs; rows count from 0 without gaps.
  let lines: [VectorPart.Line]
  /// What made the vectors; the first line says it.
  let madeWith: ExactDictionary<String>

  /// `vectors.jsonl` for `vectors.npy`, beside what a link points to.
  package static func path(besideNPY path: String) -> String {
    let path = FileSystem.canonicalPath(path) ?? path
    return (path.hasSuffix(".npy") ? String(path.dropLast(4)) : path) + ".jsonl"
  }

  /// - Throws: `VectorFolderError.unusable`.
  init(contentsOf path: String) throws {
    do {
      let file = try VectorPart.map(path)
      defer { withExtendedLifetime(file) {} }
      var lines: [VectorPart.Line] = []
      var madeWith: ExactDictionary<String> = [:]
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
        if lines.isEmpty, let members = json["made_with"]?.object {
          for (key, value) in members { madeWith[key] = value.string ?? value.serialized() }
        }
        lines.append(VectorPart.Line(input: input, row: row, reason: reason))
      }
      (self.lines, self.madeWith) = (lines, madeWith)
    } catch let error as JSONError {
      throw VectorPart.damaged(path, "\(error)")
    }
  }
}
