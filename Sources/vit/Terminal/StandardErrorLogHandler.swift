import Logging

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
