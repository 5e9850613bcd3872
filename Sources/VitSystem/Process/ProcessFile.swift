/// The lines `NAME: VALUE` of a file in `/proc` (proc(5)), with any white space around the colon.
struct ProcessFile {
  private let lines: [Substring]

  init(_ bytes: [UInt8]) {
    lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }

  /// The value of the first line of that name.
  subscript(name: String) -> String? {
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { continue }
      guard line[..<colon].split(whereSeparator: \.isWhitespace).joined(separator: " ") == name
      else { continue }
      return String(line[line.index(after: colon)...].drop(while: \.isWhitespace))
    }
    return nil
  }
}
