/// A stranger's text as a terminal may show it: nothing in it steers the terminal, hides what follows or
/// begins another line. What would is shown as `\n`, `\x1B` or `\u{202E}`; a byte of a name that is not
/// UTF-8 (`SystemName`) as `\xE9`. What is longer than `limit` scalars is cut.
///
/// - Parameter keepsNames: whether bytes that are not UTF-8 stay what `SystemName` makes of them.
package func printable(
  _ text: String, limit: Int = 4096, keepsNames: Bool = false
) -> String {
  var result = String.UnicodeScalarView()
  var scalars = text.unicodeScalars.prefix(limit)[...]
  while let scalar = scalars.popFirst() {
    if let low = scalars.first, SystemName.isByte(scalar, low) {
      scalars.removeFirst()
      if keepsNames {
        result.append(scalar)
        result.append(low)
      } else {
        let byte = (scalar.value - 0xFDD0) << 4 | (low.value - 0xFDE0)
        result += "\\x\(hexadecimal(byte, digits: 2))".unicodeScalars
      }
      continue
    }
    switch scalar {
    case "\n": result += "\\n".unicodeScalars
    case "\r": result += "\\r".unicodeScalars
    case "\t": result += "\\t".unicodeScalars
    case ..<" ", "\u{7F}": result += "\\x\(hexadecimal(scalar.value, digits: 2))".unicodeScalars
    case " "..<"\u{7F}": result.append(scalar)
    // They join the parts of a picture, and letters.
    case "\u{200C}", "\u{200D}": result.append(scalar)
    case _ where (0xFDD0...0xFDEF).contains(scalar.value):
      result += "\\u{\(hexadecimal(scalar.value, digits: 4))}".unicodeScalars
    default:
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        result += "\\u{\(hexadecimal(scalar.value, digits: 4))}".unicodeScalars
      default: result.append(scalar)
      }
    }
  }
  return String(result)
}

private func hexadecimal(_ value: UInt32, digits: Int) -> String {
  let text = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
