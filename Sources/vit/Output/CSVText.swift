/// Rows after RFC 4180, with line feeds alone.
enum CSVText {
  static func row(_ fields: some Sequence<String>) -> String {
    fields.map(field).joined(separator: ",") + "\n"
  }

  private static func field(_ value: String) -> String {
    guard value.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else {
      return value
    }
    return "\""
      + value.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
