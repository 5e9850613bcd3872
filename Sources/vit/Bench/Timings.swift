import VitSystem

/// How long each of several runs took; a run is one call of the work that is measured.
struct Timings {
  /// Ascending; at least one.
  private let sorted: [Double]

  /// Seconds.
  var best: Double { sorted[0] }
  var median: Double { percentile(0.5) }
  var p95: Double { percentile(0.95) }
  var runs: Int { sorted.count }
  /// Runs a second of the whole time.
  var rate: Double { Double(sorted.count) / sorted.reduce(0, +) }

  /// Processor time of all threads for one run, seconds, the mean. Where it is much less than the
  /// wall time times the threads, other programs had the processors.
  let processorTime: Double

  init(seconds: [Double], processorTime: Double) {
    precondition(!seconds.isEmpty)
    sorted = seconds.sorted()
    self.processorTime = processorTime
  }

  /// The smallest time that at least this share of the runs did not exceed (nearest rank).
  private func percentile(_ share: Double) -> Double {
    let rank = Int((share * Double(sorted.count)).rounded(.up))
    return sorted[min(max(rank, 1), sorted.count) - 1]
  }

  /// Runs `body` for about `seconds`, five times at least, after two runs that do not count: they
  /// allocate what later ones reuse, and wake the threads.
  static func measure(seconds: Double, _ body: () throws -> Void) throws -> Timings {
    for _ in 0..<2 { try body() }
    var times: [Double] = []
    var total = 0.0
    let processorStart = ResourceUsage.processorTime
    repeat {
      guard !Interrupt.isRequested else { throw CommandFailure(.interrupted) }
      let start = ContinuousClock.now
      try body()
      let time = (ContinuousClock.now - start).seconds
      // A clock may be too coarse to see one run.
      times.append(max(time, 1e-9))
      total += time
    } while times.count < 5 || (total < seconds && times.count < 1_000_000)
    return Timings(
      seconds: times,
      processorTime: (ResourceUsage.processorTime - processorStart).seconds / Double(times.count))
  }

  /// The members that every row of a measurement has.
  var members: [(String, JSONText)] {
    [
      ("p50_ms", .number(median * 1000)), ("best_ms", .number(best * 1000)),
      ("p95_ms", .number(p95 * 1000)), ("processor_ms", .number(processorTime * 1000)),
      ("runs", .number(runs)),
    ]
  }

  /// Best, median and 95th percentile for a table.
  var cells: [String] { [best, median, p95].map(milliseconds) }
}

/// With three digits or more.
func milliseconds(_ seconds: Double) -> String {
  decimals(seconds * 1000, seconds < 0.01 ? 3 : seconds < 0.1 ? 2 : 1)
}
