/// Numbers one after the other, the highest byte first; nil behind the end.
struct BigEndianReader {
  let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var remaining: Int { bytes.count - position }

  /// A number of up to eight bytes; one beyond `Int` as the highest there is, which no file reaches.
  mutating func integer(_ count: Int) -> Int? {
    guard count <= remaining else { return nil }
    var value: UInt64 = 0
    for _ in 0..<count {
      value = value << 8 | UInt64(bytes[position])
      position += 1
    }
    return Int(clamping: value)
  }

  /// Four characters.
  mutating func type() -> FourCharacters? {
    integer(4).map { FourCharacters(UInt32($0)) }
  }

  mutating func skip(_ count: Int) -> Void? {
    guard count <= remaining else { return nil }
    position += count
    return ()
  }

  /// The version of a box that has one, and its flags.
  mutating func versionAndFlags() -> (version: Int, flags: Int)? {
    integer(4).map { ($0 >> 24, $0 & 0xFF_FFFF) }
  }
}

/// The name of a box, a brand or a type of items.
struct FourCharacters: Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
  let code: UInt32

  init(_ code: UInt32) { self.code = code }

  init(stringLiteral value: StaticString) {
    code = UInt32(String(describing: value).utf8.reduce(0) { $0 << 8 | UInt32($1) })
  }

  /// In print; what is no character is a question mark.
  var description: String {
    String(
      decoding: (0..<4).map { place in
        let byte = UInt8(truncatingIfNeeded: code >> (24 - 8 * place))
        return (0x20..<0x7F).contains(byte) ? byte : UInt8(ascii: "?")
      }, as: UTF8.self
    ).trimmingLast(" ")
  }
}

extension String {
  fileprivate func trimmingLast(_ character: Character) -> String {
    var text = self[...]
    while text.last == character { text.removeLast() }
    return String(text)
  }
}
