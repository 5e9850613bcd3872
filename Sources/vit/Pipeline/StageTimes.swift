import VitSystem

/// What `--timing` tells. Decoding and preprocessing run on several threads at once, and their
/// times are summed over them.
struct StageTimes {
  var load = Duration.zero
  var decode = Duration.zero
  var preprocess = Duration.zero
  var encode = Duration.zero
  var images = 0
  private var firstResult: (elapsed: Duration, stages: [(String, Duration)])?

  /// When the system began to start this process. What passed before the first line of the program
  /// is taken to be the processor time that was used by then: with the files in memory nothing waits.
  private static let processStart: ContinuousClock.Instant = .now - ResourceUsage.processorTime

  /// To be called before anything else is done.
  static func noteProcessStart() { _ = processStart }

  /// To be called when a result has been handed on; the first one is told apart.
  mutating func noteResult() {
    guard firstResult == nil else { return }
    firstResult = (.now - Self.processStart, stages)
  }

  private var stages: [(String, Duration)] {
    [("load", load), ("decode", decode), ("preprocess", preprocess), ("encode", encode)]
  }

  func report(to console: Console) {
    if let firstResult {
      let known = firstResult.stages.map(\.1).reduce(.zero, +)
      // Starting the process, reading options, and waiting for others of a batch.
      let all = firstResult.stages + [("other", firstResult.elapsed - known)]
      console.timing(
        "first result" + Self.milliseconds(firstResult.elapsed).leftPadded(to: 13)
          + " from process start: "
          + all.map { "\($0) \(Self.milliseconds($1))" }.joined(separator: ", "))
    }
    for (name, duration) in stages + [("total", .now - Self.processStart)] {
      let time = Self.milliseconds(duration).leftPadded(to: 14)
      let perImage =
        images > 1 && name != "load"
        ? "  (\(decimals(duration.seconds * 1000 / Double(images), 2)) ms an image)" : ""
      console.timing(name.padded(to: 11) + time + perImage)
    }
  }

  private static func milliseconds(_ duration: Duration) -> String {
    decimals(duration.seconds * 1000, 1) + " ms"
  }
}
