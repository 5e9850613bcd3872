import VitTensor

/// How the tokens of one group are spread over the threads.
///
/// With rows enough, each thread takes its own through a whole block and reads of the others' only
/// keys and values: activations stay in its cache, and threads wait for one another once a block.
/// With fewer rows each would read all weights for too little work; then there is one part, and all
/// threads share the panels of each operation, unless two take a half of each block
/// (`Encoder.runsInHalves`). The bits of a row do not depend on its part.
struct RowParts {
  let rows: Int
  let count: Int

  /// A row is busy with 64 bytes of weights for half a cycle, whatever the precision: with 20 rows a
  /// thread asks 6 bytes a cycle of the caches that it shares.
  static let leastRows = 20

  init(rows: Int) {
    let threads = ThreadPool.shared.threadCount
    self.rows = rows
    count = rows / threads >= Self.leastRows ? threads : 1
  }

  func part(_ index: Int) -> Range<Int> {
    rows * index / count..<rows * (index + 1) / count
  }

  /// Calls `body` with each part, at the same time; a single part may use all threads itself.
  func run(_ body: (Range<Int>) -> Void) {
    guard count > 1 else { return body(0..<rows) }
    ThreadPool.shared.run(count: count) { body(part($0)) }
  }
}
