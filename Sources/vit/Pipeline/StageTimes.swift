/// What `--timing` tells. Decoding and preprocessing run on several threads at once, and their
/// times are summed over them.
struct StageTimes {
  var load = Duration.zero
  var decode = Duration.zero
  var preprocess = Duration.zero
  var encode = Duration.zero
  var images = 0
  let start = ContinuousClock.now

  static func measure<Result>(
    _ total: inout Duration, _ body: () throws -> Result
  ) rethrows -> Result {
    let start = ContinuousClock.now
    defer { total += ContinuousClock.now - start }
    return try body()
  }

  func report(to console: Console) {
    let stages: [(String, Duration)] = [
      ("load", load), ("decode", decode), ("preprocess", preprocess), ("encode", encode),
      ("total", ContinuousClock.now - start),
    ]
    for (name, duration) in stages {
      let time = (decimals(duration.seconds * 1000, 1) + " ms").leftPadded(to: 14)
      let perImage =
        images > 1 && name != "load"
        ? "  (\(decimals(duration.seconds * 1000 / Double(images), 2)) ms an image)" : ""
      console.timing(name.padded(to: 11) + time + perImage)
    }
  }
}
