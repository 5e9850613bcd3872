import CArguments

/// What the command was called with.
enum CommandArguments {
  /// Its own name first; bytes that are not UTF-8 as U+FFFD.
  static var all: [String] {
    guard let raw else { return CommandLine.arguments }
    return raw.map { String(cString: $0) }
  }

  /// Whether a value was given as bytes that are not UTF-8. A file of such a name is not found, and
  /// its failure is told; a text would become another one unnoticed.
  static func isRepaired(_ value: String) -> Bool {
    guard value.unicodeScalars.contains("\u{FFFD}"), let raw else { return false }
    return raw.contains { argument in
      guard String(validatingCString: argument) == nil else { return false }
      let repaired = String(cString: argument)
      return repaired == value || repaired.hasSuffix("=" + value)
    }
  }

  private static var raw: [UnsafePointer<CChar>]? {
    guard let first = vit_arguments() else { return nil }
    var arguments: [UnsafePointer<CChar>] = []
    while let argument = first[arguments.count] { arguments.append(UnsafePointer(argument)) }
    return arguments
  }
}
