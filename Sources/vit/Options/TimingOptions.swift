import ArgumentParser

/// Whether the command tells how long its stages took.
struct TimingOptions: ParsableArguments {
  @Flag(
    help: "Print to standard error how long each stage took, and the first result since the start.")
  var timing = false

  func report(_ times: StageTimes, to console: Console) {
    if timing { times.report(to: console) }
  }
}
