import VitSystem

/// Rows after RFC 4180, with line feeds alone.
enum CSVText {
  enum Field: ExpressibleByStringInterpolation {
    case text(String)
    /// As `SystemName` has it; its own bytes are written, UTF-8 or not.
    case name(String)

    init(stringLiteral text: String) { self = .text(text) }

    fileprivate var bytes: [UInt8] {
      switch self {
      case .text(let text): Array(text.utf8)
      case .name(let name): SystemName.bytes(name)
      }
    }
  }

  static func row(_ fields: some Sequence<Field>) -> [UInt8] {
    Array(fields.map { quoted($0.bytes) }.joined(separator: [0x2C])) + [0x0A]
  }

  private static func quoted(_ value: [UInt8]) -> [UInt8] {
    guard value.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return value }
    return [0x22] + value.flatMap { $0 == 0x22 ? [0x22, 0x22] : [$0] } + [0x22]
  }
}
