/// The best few of many scored rows: the larger score first, of equal ones the earlier row. The order
/// in which rows are offered does not change the result.
///
/// O(log capacity) a row, in memory for `capacity` of them.
package struct BestRows: Sendable {
  package struct Entry: Sendable, Equatable {
    package let row: Int
    package let score: Float

    func isBetter(than other: Entry) -> Bool {
      score != other.score ? score > other.score : row < other.row
    }
  }

  private let capacity: Int
  /// A binary heap: the entry at i is no better than its children at 2i + 1 and 2i + 2, so that the
  /// first is the worst.
  private var heap: [Entry] = []

  package init(capacity: Int) { self.capacity = capacity }

  package mutating func offer(_ entry: Entry) {
    if heap.count < capacity {
      heap.append(entry)
      rise()
    } else if let worst = heap.first, entry.isBetter(than: worst) {
      heap[0] = entry
      sink()
    }
  }

  /// A row with a smaller score is none of the best.
  var scoreToReach: Float {
    heap.count < capacity ? -.infinity : heap.first?.score ?? .infinity
  }

  mutating func merge(_ other: BestRows) { for entry in other.heap { offer(entry) } }

  /// Best first.
  package var sorted: [Entry] { heap.sorted { $0.isBetter(than: $1) } }

  private mutating func rise() {
    var index = heap.count - 1
    while index > 0, heap[(index - 1) / 2].isBetter(than: heap[index]) {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  private mutating func sink() {
    var index = 0
    while true {
      var worst = index
      for child in [2 * index + 1, 2 * index + 2]
      where child < heap.count && heap[worst].isBetter(than: heap[child]) {
        worst = child
      }
      if worst == index { return }
      heap.swapAt(index, worst)
      index = worst
    }
  }
}
