import VitTensor

/// How threads divide the work of a group of items: its rows into ranges, and each block's channels
/// into one or two parts. A thread's share is one part of one range; the bits of a row do not depend
/// on it.
///
/// - One part: a thread takes its rows through a whole block and reads of the others' only keys and
///   values. Activations stay in its cache, and threads wait for one another once a block; but each
///   reads all weights.
/// - Two parts: a thread reads half of the weights, for twice the rows, and of the other part only
///   the sums in which a branch ends: tensor parallelism (Shoeybi et al. 2019, "Megatron-LM",
///   section 3). Threads wait twice a block, or three times where there are several ranges.
/// - A single share: the operations themselves spread over the threads. Each reads some of the
///   weights, for all rows, and waits after each operation.
struct Division {
  let rows: Int
  let ranges: Int
  let parts: Int

  /// A part of a block's heads and of the hidden channels of its feed-forward network.
  enum Part {
    case all, first, second

    func range(of count: Int) -> Range<Int> {
      switch self {
      case .all: 0..<count
      case .first: 0..<count / 2
      case .second: count / 2..<count
      }
    }
  }

  struct Share {
    let rows: Range<Int>
    let part: Part
  }

  var shares: Int { ranges * parts }

  func share(_ index: Int) -> Share {
    let range = index / parts
    return Share(
      rows: rows * range / ranges..<rows * (range + 1) / ranges,
      part: parts == 1 ? .all : index % 2 == 0 ? .first : .second)
  }

  /// A third of a block: what a share is taken through without a wait.
  enum Stage: Int {
    /// Queries, keys and values.
    case project
    /// The attention's branch, which reads keys and values of all rows in the share's heads.
    case attend
    /// The feed-forward network's branch. It reads what both parts add to its rows in the attention's,
    /// as the next block's `project` reads what they add in this one.
    case feedForward

    static let count = 3
  }

  func waits(after stage: Stage) -> Bool {
    stage == .project ? parts == 1 || ranges > 1 : parts == 2
  }

  /// A row is busy with 64 bytes of weights for half a cycle, whatever the precision: with 20 rows a
  /// thread asks 6 bytes a cycle of the caches that it shares.
  private static let leastRows = 20

  /// The most rows a thread has where parts pay in float32; bfloat16's products take half as long, so
  /// that the sums outweigh the weights. Two threads (Zen 5) with 25 rows each take 3 % longer by rows
  /// in float32 and 1 % less in bfloat16; with 50 rows both are even. The float32 work of one of 4, 8
  /// or 16 threads, timed alone (Zen 3), takes 0 to 9 % less by parts with 25 to 50 rows.
  private static let mostFloat32Rows = 48

  /// Each thread has its rows; or there is a single share where they would be too few.
  static func byRows(_ rows: Int, threads: Int) -> Division {
    Division(rows: rows, ranges: rows / threads >= leastRows ? threads : 1, parts: 1)
  }

  /// What suits so many rows. With less than `leastRows` each of 4 or 8 threads has 7 to 16 % less
  /// work in a single share than by parts, for four waits a block more; of two threads each reads
  /// half of the weights for all rows either way.
  static func suiting(_ block: BlockPlan, rows: Int, threads: Int) -> Division {
    let byRows = byRows(rows, threads: threads)
    guard threads % 2 == 0, block.sumsOverHalves else { return byRows }
    let isFloat32 = block.outputProjection.precision == .float32
    let byParts = byRows.shares == 1 ? threads == 2 : isFloat32 && rows / threads <= mostFloat32Rows
    return byParts ? Division(rows: rows, ranges: threads / 2, parts: 2) : byRows
  }
}
