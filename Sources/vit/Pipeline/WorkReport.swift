import VitKit

/// Counts and times what a verb does, tells failures and warnings on standard error, and ends the
/// command with the status of it all.
final class WorkReport {
  let console: Console
  var times = StageTimes()
  private let timing: TimingOptions
  private var failures = 0
  private var total = 0

  init(console: Console, timing: TimingOptions) {
    self.console = console
    self.timing = timing
  }

  /// Counts and tells what became of an image.
  ///
  /// - Returns: the result, with the reason of a failure in the command's words.
  func take<Output>(
    _ outcome: ImageOutcome<Output>, of input: ImageInput
  ) -> Result<Output, InputFailure> {
    times.decode += outcome.decodeTime
    times.preprocess += outcome.preprocessTime
    times.encode += outcome.encodeTime
    total += 1
    console.detail(
      "\(input.name): decode \(Self.milliseconds(outcome.decodeTime)), preprocess "
        + "\(Self.milliseconds(outcome.preprocessTime)), encode "
        + "\(Self.milliseconds(outcome.encodeTime)) ms")
    for warning in outcome.warnings {
      console.warning(Console.line(name: input.name, reason: warning))
    }
    let result = outcome.result.mapError { InputFailure($0, name: input.name) }
    if case .failure(let failure) = result {
      failures += 1
      console.failure(input.name, failure.reason)
    } else {
      times.images += 1
    }
    console.advanceProgress(by: 1)
    return result
  }

  func add(texts count: Int) { total += count }

  /// Counts what an earlier command did of the same work.
  func add(earlier count: Int, failures: Int) {
    total += count
    self.failures += failures
  }

  /// Ends the command with the status of what was done.
  ///
  /// - Throws: `CommandFailure` unless all went well.
  func finish() throws {
    timing.report(times, to: console)
    if Interrupt.isRequested {
      throw CommandFailure(.interrupted, "interrupted after \(total) images")
    }
    if failures > 0 {
      if total > 1 { console.notice("\(failures) of \(total) inputs failed") }
      throw CommandFailure(.inputFailed)
    }
  }

  private static func milliseconds(_ time: Duration) -> String {
    decimals(1000 * time.seconds, 1)
  }
}
