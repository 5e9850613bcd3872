/// `1 image`, `2 images`.
package func counted(_ count: Int, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

/// A number with its thousands apart: `5,717,416`.
package func grouped(_ value: Int) -> String {
  var digits = Array(String(value.magnitude))
  var at = digits.count - 3
  while at > 0 {
    digits.insert(",", at: at)
    at -= 3
  }
  return (value < 0 ? "-" : "") + String(digits)
}
