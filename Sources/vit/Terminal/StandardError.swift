import VitSystem

/// Unbuffered standard error: a line appears when it is said. All that the command says to people but
/// tables goes through here.
enum StandardError {
  static let isTerminal = FileDescriptor.standardError.isTerminal && Environment["TERM"] != "dumb"

  /// Draws over the line that was drawn before, as much as the terminal has room for: a line that wraps
  /// could not be drawn over.
  ///
  /// - Parameter width: of the line that is there; that of the new one afterwards.
  static func draw(_ text: String, over width: inout Int) {
    let shown = printable(text).prefix(max(1, (FileDescriptor.standardError.columns ?? 80) - 1))
    write("\r\(String(shown).padded(to: width))")
    width = shown.count
  }

  static func write(_ text: TerminalText) {
    var text = text.shown
    // There is nowhere to say that this failed.
    text.withUTF8 { try? FileDescriptor.standardError.write(UnsafeRawBufferPointer($0)) }
  }
}
