/// Amounts of memory as people write them.
enum Memory {
  private static let units: [(suffix: String, bytes: Int)] = [
    ("k", 1 << 10), ("m", 1 << 20), ("g", 1 << 30), ("t", 1 << 40),
  ]

  /// `512M`, `2GiB`, `1.5g` or a number of bytes; nil for anything else and for less than one byte.
  static func bytes(_ text: String) -> Int? {
    var digits = text.lowercased()
    for ending in ["ib", "b"] where digits.hasSuffix(ending) {
      digits.removeLast(ending.count)
      break
    }
    var factor = 1
    if let unit = units.first(where: { digits.hasSuffix($0.suffix) }) {
      digits.removeLast()
      factor = unit.bytes
    }
    guard let first = digits.utf8.first, (0x30...0x39).contains(first),
      let value = Double(digits)
    else { return nil }
    let bytes = value * Double(factor)
    return bytes >= 1 && bytes < 0x1p62 ? Int(bytes) : nil
  }

  /// `1.5 GiB`, `512 MiB`.
  static func text(_ bytes: Int) -> String {
    guard let unit = units.last(where: { bytes >= $0.bytes }) else { return "\(bytes) bytes" }
    let value = Double(bytes) / Double(unit.bytes)
    return "\(decimals(value, value < 10 && value != value.rounded() ? 1 : 0)) "
      + "\(unit.suffix.uppercased())iB"
  }
}
