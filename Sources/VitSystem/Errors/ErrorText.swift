/// How errors print: `REASON; REMEDY`, or the reason alone.
package enum ErrorText {
  static func joined(_ reason: String, _ remedy: String) -> String {
    remedy.isEmpty ? reason : "\(reason); \(remedy)"
  }

  /// The remedy is what follows the last `; `; empty where there is none.
  package static func parts(_ text: String) -> (reason: String, remedy: String) {
    guard let cut = text.ranges(of: "; ").last else { return (text, "") }
    return (String(text[..<cut.lowerBound]), String(text[cut.upperBound...]))
  }
}
