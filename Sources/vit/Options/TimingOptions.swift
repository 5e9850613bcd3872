import ArgumentParser

/// Whether the times of a run's stages are told.
struct TimingOptions: ParsableArguments {
  @Flag(
    help: "Print to standard error how long each stage took, and the first result since the start.")
  var timing = false

  func report(_ times: StageTimes, to console: Console) {
    if timing { times.report(to: console) }
  }
}
