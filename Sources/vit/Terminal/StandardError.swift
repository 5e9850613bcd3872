import VitSystem

/// Unbuffered standard error: a line appears when it is said.
enum StandardError {
  static let isTerminal = FileDescriptor.standardError.isTerminal && Environment["TERM"] != "dumb"

  static func write(_ text: String) {
    var text = text
    // There is nowhere to say that this failed.
    text.withUTF8 { try? FileDescriptor.standardError.write(UnsafeRawBufferPointer($0)) }
  }
}
