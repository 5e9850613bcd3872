import Logging
import VitJSON

/// What the command says to people: failures, warnings, notices and the progress bar, all on
/// standard error.
final class Console {
  let isQuiet: Bool
  private var bar: ProgressBar?
  private let logger: Logger

  init(isQuiet: Bool, isVerbose: Bool) {
    self.isQuiet = isQuiet
    let level: Logger.Level = isVerbose ? .debug : isQuiet ? .error : .warning
    LoggingSystem.bootstrap { StandardErrorLogHandler(label: $0, logLevel: level) }
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
  func beginProgress(total: Int?) {
    if !isQuiet && StandardError.isTerminal { bar = ProgressBar(total: total) }
  }

  func advanceProgress(by count: Int) { bar?.advance(by: count) }

  func endProgress() {
    bar?.clear()
    bar = nil
  }

  /// A line; names in it may hold anything.
  private func say(_ beginning: String, _ text: String) {
    bar?.clear()
    StandardError.write("\(beginning)\(printable(text, limit: 1 << 14))\n")
  }

  /// `NAME: reason`, without the name twice where the reason brings it.
  static func line(name: String, reason: String) -> String {
    reason.hasPrefix("\(name): ") ? reason : "\(name): \(reason)"
  }

  /// The reason alone.
  static func reason(of error: any Error, name: String) -> String {
    let text = "\(error)"
    return text.hasPrefix("\(name): ") ? String(text.dropFirst(name.count + 2)) : text
  }
}

/// Lines of the library's log, as `vit: level: message key=value`.
struct StandardErrorLogHandler: LogHandler {
  let label: String
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  init(label: String, logLevel: Logger.Level) {
    self.label = label
    self.logLevel = logLevel
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    let wipe = StandardError.isTerminal && event.level > .debug ? "\r\u{1B}[K" : ""
    StandardError.write("\(wipe)vit: \(event.level): \(event.message)\(pairs)\n")
  }
}
