import VitSystem
import VitTensor

/// The best rows for each query, by blocks of a matrix product.
///
///     score[q, r] = ⟨normalise(q), normalise(r)⟩
///
/// Few queries are packed once and the rows stream past them, so that a search is as fast as memory
/// delivers them. Of many queries blocks of 64 meet blocks of rows that are packed in turn; a tile of
/// scores stays in cache and is looked through where it was computed. Each score is one sum in the
/// order of the vector's numbers, whichever way it is computed and whichever side is packed, so that
/// its bits depend on the two vectors alone.
struct NearestSearch {
  let rows: Embeddings
  let queries: Embeddings
  let count: Int
  let threshold: Float?
  let leavingOut: Embeddings.LeftOut

  private typealias Entry = BestRows.Entry

  /// Up to here streaming is faster than packing the rows.
  private static let fewQueries = 32
  private static let queriesOfTile = 64
  private static let streamedRows = 256
  /// What is read before the pages of a folder's parts are given back, and `isCancelled` is asked.
  private static let bytesOfSlice = 8 << 20
  /// Multiply-adds between two looks at `isCancelled`: some tenths of a second on two cores.
  private static let workOfSlice = 1 << 33

  /// 2,048 vectors of 1,024 numbers are 8 MiB.
  private var rowsOfBlock: Int { min(4096, max(256, (1 << 21) / max(1, rows.size))) }

  /// Best first, for each query.
  ///
  /// - Throws: `InputError.notFinite` for a vector without direction; `CancellationError`.
  func run(isCancelled: () -> Bool, progress: ((Double) -> Void)?) throws -> [[BestRows.Entry]] {
    guard queries.count > 0, rows.count > 0, count > 0 else {
      return [[BestRows.Entry]](repeating: [], count: queries.count)
    }
    let names = try namesToLeaveOut()
    let best = BestRowsTable(
      count: queries.count, capacity: count, threshold: threshold ?? -.infinity)
    if queries.count <= Self.fewQueries {
      try stream(into: best, names, isCancelled, progress)
    } else {
      try multiply(into: best, names, isCancelled, progress)
    }
    return best.sorted
  }

  // MARK: - Few queries

  private func stream(
    into best: BestRowsTable, _ names: Names?, _ isCancelled: () -> Bool,
    _ progress: ((Double) -> Void)?
  ) throws {
    let size = rows.size
    let packed = try Self.pack(queries, 0..<queries.count)
    let step = Self.streamedRows
    let slice = max(step, Self.bytesOfSlice / (size * MemoryLayout<Float>.size) / step * step)
    for start in stride(from: 0, to: rows.count, by: slice) {
      if isCancelled() { throw CancellationError() }
      let end = min(rows.count, start + slice)
      let broken = Monitor(Int.max)
      ThreadPool.shared.run(count: (end - start + step - 1) / step) { block in
        let range = start + block * step..<min(end, start + (block + 1) * step)
        withScratch(range.count * (size + queries.count)) { scratch in
          if let row = rows.copyNormalized(range, to: scratch) {
            return broken.withLock { $0 = min($0, row) }
          }
          let scores = scratch + range.count * size
          packed.apply(scratch, rows: range.count, to: scores)
          best.offer(
            scores, rows: range, queries: queries.count,
            isLeftOut: { isLeftOut(query: $0, row: $1, names) })
        }
      }
      try rows.checkIntact(of: start..<end)
      try Self.check(broken, of: rows)
      rows.releasePages(of: start..<end)
      progress?(Double(end) / Double(rows.count))
    }
  }

  // MARK: - Many queries

  private func multiply(
    into best: BestRowsTable, _ names: Names?, _ isCancelled: () -> Bool,
    _ progress: ((Double) -> Void)?
  ) throws {
    let size = rows.size
    let tile = Self.queriesOfTile
    for start in stride(from: 0, to: rows.count, by: rowsOfBlock) {
      let range = start..<min(rows.count, start + rowsOfBlock)
      let packed = try Self.pack(rows, range)
      let slice = max(tile, Self.workOfSlice / (range.count * size) / tile * tile)
      for first in stride(from: 0, to: queries.count, by: slice) {
        if isCancelled() { throw CancellationError() }
        let end = min(queries.count, first + slice)
        let broken = Monitor(Int.max)
        ThreadPool.shared.run(count: (end - first + tile - 1) / tile) { index in
          let mine = first + index * tile..<min(end, first + (index + 1) * tile)
          withScratch(mine.count * (size + range.count)) { scratch in
            if let query = queries.copyNormalized(mine, to: scratch) {
              return broken.withLock { $0 = min($0, query) }
            }
            let scores = scratch + mine.count * size
            packed.apply(scratch, rows: mine.count, to: scores)
            for (place, query) in mine.enumerated() {
              best.offer(scores + place * range.count, rows: range, query: query) {
                isLeftOut(query: query, row: $0, names)
              }
            }
          }
        }
        try queries.checkIntact(of: first..<end)
        try Self.check(broken, of: queries)
        progress?(
          (Double(start) + Double(range.count) * Double(end) / Double(queries.count))
            / Double(rows.count))
      }
      rows.releasePages(of: range)
    }
  }

  /// Rows of length 1 as the weight of a linear layer.
  static func pack(_ vectors: Embeddings, _ range: Range<Int>) throws -> Linear {
    let size = vectors.size
    let buffer = try FloatBuffer(count: range.count * size)
    let broken = Monitor(Int.max)
    let step = 64
    ThreadPool.shared.run(count: (range.count + step - 1) / step) { block in
      let mine =
        range.lowerBound + block
        * step..<min(range.upperBound, range.lowerBound + (block + 1) * step)
      let target = buffer.pointer + (mine.lowerBound - range.lowerBound) * size
      if let row = vectors.copyNormalized(mine, to: target) {
        broken.withLock { $0 = min($0, row) }
      }
    }
    try vectors.checkIntact(of: range)
    try check(broken, of: vectors)
    return try Linear(
      weight: buffer.pointer, bias: nil, outputSize: range.count, inputSize: size,
      precision: .float32)
  }

  private static func check(_ broken: Monitor<Int>, of vectors: Embeddings) throws {
    let row = broken.withLock { $0 }
    if row != .max { throw try vectors.unusable(row: row) }
  }

  // MARK: - Left out

  private typealias Names = (rows: [String], queries: [String])

  private func namesToLeaveOut() throws -> Names? {
    guard leavingOut == .sameName else { return nil }
    return (try rows.names, try queries.names)
  }

  private func isLeftOut(query: Int, row: Int, _ names: Names?) -> Bool {
    switch leavingOut {
    case .nothing: false
    case .sameRow: query == row
    case .sameName: names.map { $0.queries[query].isExactly($0.rows[row]) } ?? false
    }
  }
}

/// Calls `body` with memory for `count` numbers, whose content is not set.
private func withScratch(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
  let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, count) * 4, alignment: 64)
  defer { memory.deallocate() }
  body(memory.bindMemory(to: Float.self, capacity: max(1, count)))
}
