import VitSystem

/// The best rows of each of many queries, offered by several threads.
///
/// `@unchecked Sendable`: in `offer(_:rows:query:…)` a query's entry is touched by one thread at a time,
/// as each tile of queries belongs to one; `offer(_:rows:queries:…)` takes the lock to merge.
final class BestRowsTable: @unchecked Sendable {
  private let best: UnsafeMutableBufferPointer<BestRows>
  private let capacity: Int
  private let threshold: Float
  /// Around `best`.
  private let merging: Monitor<UnsafeMutableBufferPointer<BestRows>>

  /// - Parameter threshold: the least score that is taken.
  init(count: Int, capacity: Int, threshold: Float) {
    best = .allocate(capacity: count)
    best.initialize(repeating: BestRows(capacity: capacity))
    merging = Monitor(best)
    self.capacity = capacity
    self.threshold = threshold
  }

  deinit {
    best.deinitialize()
    best.deallocate()
  }

  /// Best first, for each query.
  var sorted: [[BestRows.Entry]] { best.map(\.sorted) }

  /// Offers `[rows]`, the scores of one query.
  func offer(
    _ scores: UnsafePointer<Float>, rows: Range<Int>, query: Int, isLeftOut: (Int) -> Bool
  ) {
    Self.offer(
      scores, stride: 1, rows: rows, to: &best[query], threshold: threshold, isLeftOut: isLeftOut)
  }

  /// Offers `[rows, queries]`, the scores of all queries.
  func offer(
    _ scores: UnsafePointer<Float>, rows: Range<Int>, queries: Int,
    isLeftOut: (_ query: Int, _ row: Int) -> Bool
  ) {
    let mine = (0..<queries).map { query in
      var best = BestRows(capacity: capacity)
      Self.offer(
        scores + query, stride: queries, rows: rows, to: &best, threshold: threshold,
        isLeftOut: { isLeftOut(query, $0) })
      return best
    }
    merging.withLock { best in
      for (query, found) in mine.enumerated() { best[query].merge(found) }
    }
  }

  /// 64 scores are compared together with the one to beat, which most do not: a loop without branches,
  /// which the compiler turns into vectors of whatever width there is.
  private static func offer(
    _ scores: UnsafePointer<Float>, stride: Int, rows: Range<Int>, to best: inout BestRows,
    threshold: Float, isLeftOut: (Int) -> Bool
  ) {
    func take(_ place: Int) {
      let score = scores[place * stride]
      guard score >= threshold, !isLeftOut(rows.lowerBound + place) else { return }
      // A sum of rounded products may exceed 1 by a few units in the last place.
      best.offer(BestRows.Entry(row: rows.lowerBound + place, score: min(1, max(-1, score))))
    }
    var place = 0
    if stride == 1 {
      while place &+ 64 <= rows.count {
        let least = max(threshold, best.scoreToReach)
        var reached: UInt32 = 0
        for offset in 0..<64 { reached |= scores[place &+ offset] >= least ? 1 : 0 }
        if reached != 0 {
          for offset in 0..<64 { take(place &+ offset) }
        }
        place &+= 64
      }
    }
    while place < rows.count {
      take(place)
      place += 1
    }
  }
}
