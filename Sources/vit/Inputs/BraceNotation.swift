import VitSystem

/// Names of shards as WebDataset writes them: `shard-{00000..00099}.tar`, which a shell leaves as it is
/// between quotes. Numbers keep the width of the first.
struct BraceNotation {
  let names: [String]

  /// More names than any data set has shards.
  private static let limit = 1_000_000

  /// Nil where the text, as `SystemName` has it, holds no `{A..B}`, or is one of too many.
  init?(_ text: String) {
    let bytes = SystemName.bytes(text)
    guard let open = bytes.firstIndex(of: UInt8(ascii: "{")),
      let close = bytes[open...].firstIndex(of: UInt8(ascii: "}"))
    else { return nil }
    let inner = bytes[(open + 1)..<close]
    let first = inner.prefix { $0 != UInt8(ascii: ".") }
    let last = inner.dropFirst(first.count + 2)
    guard inner.dropFirst(first.count).starts(with: "..".utf8), let low = Self.number(first),
      let high = Self.number(last), low <= high, high - low < Self.limit
    else { return nil }
    let (before, after) = (bytes[..<open], bytes[(close + 1)...])
    names = (low...high).map { number in
      let digits = Array(String(number).utf8)
      let zeros = [UInt8](repeating: 0x30, count: max(0, first.count - digits.count))
      return SystemName.text(Array(before) + zeros + digits + Array(after))
    }
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard (1...9).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
