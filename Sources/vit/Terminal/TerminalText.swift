import VitSystem

/// Text for people: tables, messages, progress. Everything that is printed for them is of this type.
///
/// What stands in the source is printed as it is; what is put in between may come from a file, a name or
/// a server, and goes through `printable`. So no table can forget it.
struct TerminalText: ExpressibleByStringInterpolation, Sendable {
  /// Bytes that are not UTF-8 as `SystemName` has them.
  let text: String

  /// Text of our own, line ends and escape sequences included.
  init(verbatim text: String) { self.text = text }

  init(stringLiteral text: String) { self.text = text }

  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { text += literal }

    mutating func appendInterpolation(_ value: some Any) {
      text += printable("\(value)", limit: 1 << 14)
    }

    /// A name, whose bytes a file gets as they are, UTF-8 or not.
    mutating func appendInterpolation(name: String) {
      text += printable(name, limit: 1 << 14, keepsNames: true)
    }

    /// Lines of the parser, which may name what was given.
    mutating func appendInterpolation(lines: String) {
      text += lines.split(separator: "\n", omittingEmptySubsequences: false)
        .map { printable(String($0), limit: 1 << 14) }.joined(separator: "\n")
    }

    mutating func appendInterpolation(_ value: TerminalText) { text += value.text }
  }

  static func + (left: TerminalText, right: TerminalText) -> TerminalText {
    TerminalText(verbatim: left.text + right.text)
  }

  /// As a terminal gets it: a byte that is not UTF-8 as `\xE9`.
  var shown: String {
    guard text.utf8.contains(0xEF) else { return text }
    var result = String.UnicodeScalarView()
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      if let low = scalars.first, SystemName.isByte(scalar, low) {
        scalars.removeFirst()
        result += printable(String(String.UnicodeScalarView([scalar, low]))).unicodeScalars
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// As a file or a pipe gets it: names with their own bytes.
  var bytes: [UInt8] { SystemName.bytes(text) }
}

extension Sequence<TerminalText> {
  func joined(separator: String = "") -> TerminalText {
    TerminalText(verbatim: map(\.text).joined(separator: separator))
  }
}
