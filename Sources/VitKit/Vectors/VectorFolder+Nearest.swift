import VitSystem
import VitTensor

extension VectorFolder {
  /// A row that is near to a query.
  public struct Neighbor: Sendable, Equatable {
    public let row: Int
    public let input: String
    /// -1 to 1.
    public let cosine: Float
  }

  /// The rows of the largest cosine with each query, best first, equal ones in their order.
  ///
  /// Threads take the rows of a part in blocks, and the memory of a part is given back before the
  /// next, so that a folder larger than the memory can be searched. O(rows × queries × size).
  ///
  /// - Precondition: each query has `embeddingSize` numbers.
  /// - Parameters:
  ///   - queries: of length 1.
  ///   - count: the most rows for each query.
  /// - Throws: `VectorFolderError.unusable` where a row holds what is no number.
  public func nearest(to queries: [[Float]], count: Int) throws -> [[Neighbor]] {
    let best = try bestRows(for: queries, count: count)
    let names = try inputs(ofRows: best.flatMap { $0.map(\.row) })
    var position = 0
    return best.map { rows in
      rows.map { found in
        defer { position += 1 }
        return Neighbor(row: found.row, input: names[position], cosine: found.score)
      }
    }
  }

  /// `nearest` without the names of the inputs: for each query its best rows, best first.
  package func bestRows(for queries: [[Float]], count: Int) throws -> [[BestRows.Entry]] {
    precondition(queries.allSatisfy { $0.count == embeddingSize })
    let results = Monitor(
      Results(best: .init(repeating: BestRows(capacity: max(0, count)), count: queries.count)))
    for (part, start) in zip(parts, starts) {
      let blocks = (part.count + Self.rowsOfBlock - 1) / Self.rowsOfBlock
      ThreadPool.shared.run(count: blocks) { block in
        let rows =
          block * Self.rowsOfBlock..<min(part.count, (block + 1) * Self.rowsOfBlock)
        let mine = best(of: rows, in: part, start: start, queries: queries, count: count)
        results.withLock { results in
          guard let mine else {
            results.broken = min(results.broken ?? .max, start + rows.lowerBound)
            return
          }
          for index in mine.indices { results.best[index].merge(mine[index]) }
        }
      }
      part.releasePages()
      if let row = results.withLock({ $0.broken }) {
        throw VectorFolderError.unusable(
          path: path, reason: "one of the rows from \(row) on holds what is no number",
          remedy: "embed its inputs again")
      }
    }
    return results.withLock { $0.best.map(\.sorted) }
  }

  private struct Results {
    var best: [BestRows]
    /// The first row of a block that holds what is no number.
    var broken: Int?
  }

  /// 128 vectors of 1,024 numbers are 512 KiB, which fits a second-level cache: the block is read from
  /// memory once, however many queries there are.
  private static let rowsOfBlock = 128

  /// The best of a block for each query; nil where a row holds what is no number.
  private func best(
    of rows: Range<Int>, in part: VectorPart, start: Int, queries: [[Float]], count: Int
  ) -> [BestRows]? {
    guard let values = part.values else { return [] }
    // Vectors saved with --raw have other lengths than 1; the others miss it by a rounding.
    let scales = rows.map { row -> Float in
      let vector = values + row * embeddingSize
      let length = dotProduct(vector, vector, count: embeddingSize).squareRoot()
      return length == 0 ? 0 : 1 / length
    }
    guard scales.allSatisfy(\.isFinite) else { return nil }
    var isBroken = false
    let best = queries.map { query in
      var best = BestRows(capacity: max(0, count))
      query.withUnsafeBufferPointer { query in
        for (row, scale) in zip(rows, scales) {
          let score =
            dotProduct(query.baseAddress!, values + row * embeddingSize, count: embeddingSize)
            * scale
          if !score.isFinite { isBroken = true }
          best.offer(BestRows.Entry(row: start + row, score: score))
        }
      }
      return best
    }
    return isBroken ? nil : best
  }
}
