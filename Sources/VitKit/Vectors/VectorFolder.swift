import VitSystem

/// Vectors that `vit embed --output FOLDER/` wrote, read by memory map: rows are numbered through all
/// parts, in the order of the inputs, those that failed left out. `Embeddings` searches it.
package struct VectorFolder: Sendable {
  package let path: String
  /// Vectors.
  package let count: Int
  /// Numbers of a vector.
  package let embeddingSize: Int
  /// What made the vectors.
  package let madeWith: ExactDictionary<String>
  let parts: [VectorPart]
  /// The number of each part's first row, and `count`.
  let starts: [Int]

  /// - Throws: `VectorFolderError`: where nothing is there, it is not finished, or a part is damaged.
  package init(path: String) throws {
    let manifest = try Self.finishedManifest(of: path)
    self.path = path
    embeddingSize = manifest.job.embeddingSize
    madeWith = manifest.job.madeWith
    parts = try manifest.parts.map { described in
      let part = try VectorPart(
        folder: path, number: described.number, size: manifest.job.embeddingSize,
        linesHash: described.linesHash)
      guard part.count == described.vectorCount else {
        throw VectorPart.damaged(
          "\(path)/\(VectorManifest.name(ofPart: described.number)).npy",
          "\(part.count) rows, where the manifest has \(described.vectorCount)")
      }
      return part
    }
    starts = parts.reduce(into: [0]) { $0.append($0.last! + $1.count) }
    count = starts.last!
  }

  /// A vector, as it was saved.
  package func vector(_ row: Int) -> [Float] {
    let part = part(of: row)
    return parts[part].vector(row - starts[part])
  }

  /// Calls `body` with the numbers of a row.
  func withRow<Result>(_ row: Int, _ body: (UnsafePointer<Float>) throws -> Result) rethrows
    -> Result
  {
    let part = part(of: row)
    defer { withExtendedLifetime(parts[part]) {} }
    // A part that has a row has numbers.
    return try body(parts[part].values! + (row - starts[part]) * embeddingSize)
  }

  /// Calls `body` with each stretch of a range that lies in one part, row after row.
  func forEachStretch(
    of range: Range<Int>, _ body: (UnsafePointer<Float>, Range<Int>) -> Void
  ) {
    var row = range.lowerBound
    while row < range.upperBound {
      let index = part(of: row)
      let part = parts[index]
      let end = min(range.upperBound, starts[index + 1])
      // A part that has a row has numbers.
      body(part.values! + (row - starts[index]) * embeddingSize, row..<end)
      withExtendedLifetime(part) {}
      row = end
    }
  }

  /// - Throws: `VectorFolderError.unusable` where vectors of a range that were read were no longer there.
  func checkIntact(of range: Range<Int>) throws {
    var index = range.isEmpty ? parts.count : part(of: range.lowerBound)
    while index < parts.count, starts[index] < range.upperBound {
      try parts[index].checkIntact()
      index += 1
    }
  }

  /// Gives back the memory of the parts that end within a range of rows.
  func releasePages(of range: Range<Int>) {
    var index = range.isEmpty ? parts.count : part(of: range.lowerBound)
    while index < parts.count, starts[index + 1] <= range.upperBound {
      parts[index].releasePages()
      index += 1
    }
  }

  /// The inputs of rows, in the order asked; only the lines of their parts are read.
  ///
  /// - Throws: `VectorFolderError.unusable` where a part's lines are damaged.
  package func inputs(ofRows rows: [Int]) throws -> [String] {
    var names = [String](repeating: "", count: rows.count)
    let places = Dictionary(grouping: rows.indices) { part(of: rows[$0]) }
    for (part, indices) in places {
      let lines = try parts[part].lines().filter { $0.row != nil }
      for index in indices { names[index] = lines[rows[index] - starts[part]].input }
    }
    return names
  }

  /// The part that holds a row.
  private func part(of row: Int) -> Int {
    precondition(row >= 0 && row < count)
    // The last that starts at or before it.
    var (low, high) = (0, parts.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= row { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
