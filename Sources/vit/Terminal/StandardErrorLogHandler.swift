import Logging
import VitSystem

/// Lines of the library's log, as `vit: level: message key=value`.
struct StandardErrorLogHandler: LogHandler {
  /// Of all handlers, from which level on they write.
  private static let level = Monitor<Logger.Level>(.notice)

  var metadata: Logger.Metadata = [:]

  /// Once, before anything is logged.
  static func bootstrap() {
    LoggingSystem.bootstrap { _ in StandardErrorLogHandler() }
  }

  static func write(from level: Logger.Level) { Self.level.withLock { $0 = level } }

  var logLevel: Logger.Level {
    get { Self.level.withLock { $0 } }
    set { Self.write(from: newValue) }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    let pairs = all.sorted { ExactString($0.key) < ExactString($1.key) }
      .map { " \($0.key)=\($0.value)" }.joined()
    let wipe: TerminalText =
      StandardError.isTerminal && event.level > .debug ? "\r\u{1B}[K" : ""
    StandardError.write("\(wipe)vit: \(event.level): \(event.message)\(pairs)\n")
  }
}
