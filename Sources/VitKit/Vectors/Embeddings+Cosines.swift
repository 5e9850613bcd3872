import VitSystem
import VitTensor

extension Embeddings {
  /// `[row][column]`, the cosines of all pairs, -1 to 1; that of two vectors has the same bits whichever
  /// comes first.
  ///
  /// O(count × columns × size) time and O(count × columns) memory; `nearest` needs no such matrix.
  ///
  /// - Parameter columns: vectors of the same model.
  /// - Throws: as `nearest`.
  public func cosines(with columns: Embeddings) throws -> [[Float]] {
    var result: [[Float]] = []
    result.reserveCapacity(count)
    func take(_: Int, cosines: UnsafeBufferPointer<Float>) { result.append(Array(cosines)) }
    try forEachRowOfCosines(with: columns, isCancelled: { Task.isCancelled }, take)
    return result
  }

  /// Hands out `[columns]`, the cosines of each row in turn, of which a few are in memory at once.
  ///
  /// - Parameter isCancelled: asked now and then.
  package func forEachRowOfCosines(
    with columns: Embeddings, isCancelled: () -> Bool,
    _ body: (_ row: Int, _ cosines: UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    try requireComparable(columns)
    guard count > 0 else { return }
    guard columns.count > 0 else {
      for row in 0..<count { try body(row, UnsafeBufferPointer(start: nil, count: 0)) }
      return
    }
    let packed = try NearestSearch.pack(columns, 0..<columns.count)
    // 16 MiB of cosines, but some rows for each thread.
    let step = max(16, min(1024, (1 << 22) / columns.count))
    let (vectors, scores) = (
      try FloatBuffer(count: step * size), try FloatBuffer(count: step * columns.count)
    )
    for start in stride(from: 0, to: count, by: step) {
      if isCancelled() { throw CancellationError() }
      let range = start..<min(count, start + step)
      let broken = copyNormalized(range, to: vectors.pointer)
      try checkIntact(of: range)
      if let row = broken { throw try unusable(row: row) }
      packed.apply(vectors.pointer, rows: range.count, to: scores.pointer)
      for (place, row) in range.enumerated() {
        let cosines = UnsafeMutableBufferPointer(
          start: scores.pointer + place * columns.count, count: columns.count)
        // A sum of rounded products may exceed 1 by a few units in the last place.
        for index in cosines.indices { cosines[index] = min(1, max(-1, cosines[index])) }
        try body(row, UnsafeBufferPointer(cosines))
      }
    }
  }
}
