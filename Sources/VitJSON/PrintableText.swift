/// A stranger's text as a terminal may show it: nothing in it steers the terminal, hides what follows
/// or begins another line, and what is longer than `limit` is cut.
package func printable(_ text: String, limit: Int = 4096) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars.prefix(limit) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: result.append("\u{FFFD}")
    default: result.append(scalar)
    }
  }
  return String(result)
}
