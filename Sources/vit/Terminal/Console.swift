import Logging
import VitJSON
import VitKit
import VitSystem

/// What the command says to people: failures, warnings, notices and the progress bar, all on
/// standard error. Several threads may speak; each line is written whole.
final class Console: Sendable {
  let isQuiet: Bool
  /// Guards the terminal's line too: a bar must not be drawn between its wiping and another text.
  private let bar = Monitor<ProgressBar?>(nil)
  private let logger: Logger

  init(isQuiet: Bool, isVerbose: Bool) {
    self.isQuiet = isQuiet
    StandardErrorLogHandler.write(from: isVerbose ? .debug : isQuiet ? .error : .notice)
    logger = Logger(label: "vit")
  }

  /// An input that could not be done. Said also when quiet.
  func failure(_ name: String, _ reason: String) {
    say("vit: ", Self.line(name: name, reason: reason))
  }

  func warning(_ text: String) {
    if !isQuiet { say("vit: warning: ", text) }
  }

  func notice(_ text: String) {
    if !isQuiet { say("vit: ", text) }
  }

  /// Said only when --verbose asks for it.
  func detail(_ text: @autoclosure () -> String) { logger.debug("\(text())") }

  /// Said also when quiet: it was asked for.
  func timing(_ text: String) { say("", text) }

  /// - Parameter total: how many there will be, or nil where a pipe decides.
  func beginProgress(total: ProgressBar.Total?) {
    if !isQuiet && StandardError.isTerminal { bar.withLock { $0 = ProgressBar(total: total) } }
  }

  /// How many there will be, as far as is known by now.
  func expectProgress(_ total: ProgressBar.Total?) { bar.withLock { $0?.expect(total) } }

  func advanceProgress(by count: Int) { bar.withLock { $0?.advance(by: count) } }

  func endProgress() {
    bar.withLock { bar in
      bar?.clear()
      bar = nil
    }
  }

  /// A line; names in it may hold anything.
  private func say(_ beginning: TerminalText, _ text: String) {
    bar.withLock { bar in
      bar?.clear()
      StandardError.write("\(beginning)\(text)\n")
    }
  }

  /// `NAME: reason`, without the name twice where the reason brings it.
  static func line(name: String, reason: String) -> String {
    reason.beginsExactly("\(name): ") || name.utf8.isEmpty ? reason : "\(name): \(reason)"
  }
}
