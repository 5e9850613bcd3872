/// The lines of a file of texts, labels or templates.
enum TextLines {
  /// A caption of more is none.
  private static let longest = 16 << 20
  /// A list of a million captions is smaller.
  private static let limit = 256 << 20

  /// Row i is line i.
  ///
  /// - Throws: `CommandFailure`, where a line is not UTF-8 with its number.
  static func read(_ path: String) throws -> [String] {
    try read(path, refusing: { _ in nil })
  }

  /// As `read`, of lines of which none may be empty.
  ///
  /// - Parameter what: what a line holds, with its article: `a label`.
  static func read(_ path: String, withoutEmpty what: String) throws -> [String] {
    try read(path) { line in
      line.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        ? "is empty; write \(what), or remove the line" : nil
    }
  }

  private static func read(
    _ path: String, refusing reason: (String) -> String?
  ) throws -> [String] {
    let reader = try LineReader(path: path, longest: longest)
    var lines: [String] = []
    var bytes = 0
    while let line = try reader.next() {
      guard let text = String(validating: line.bytes, as: UTF8.self) else {
        throw reader.failure(line, "is not UTF-8 text; convert the file first")
      }
      if let reason = reason(text) { throw reader.failure(line, reason) }
      bytes += line.bytes.count
      guard bytes <= limit else {
        throw CommandFailure(
          .unusable, "\(path): more than the \(limit) bytes allowed; split the list")
      }
      lines.append(text)
    }
    if Interrupt.isRequested { throw CommandFailure(.interrupted, "interrupted") }
    return lines
  }
}
