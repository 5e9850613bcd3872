/// Walks through JSON without building values: a vocabulary has a hundred thousand strings, and a
/// tree of them takes several times as long as the whole of loading may.
///
/// It checks what it reads on the way, and skips what it is told to with a limit on depth. The
/// settings around the vocabulary are handed to `VitJSON`.
struct JSONCursor {
  let bytes: UnsafeBufferPointer<UInt8>
  let file: String
  private(set) var position = 0
  /// The last string read, where it had escapes.
  private var unescaped: [UInt8] = []

  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
    self.bytes = bytes
    self.file = file
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
  }

  func failure(_ reason: String) -> TokenizerError {
    .malformed(file: file, place: "byte \(position)", reason: reason)
  }

  mutating func move(to position: Int) { self.position = position }

  /// The next byte that is not white space, without passing it.
  @inline(__always)
  mutating func peek() throws(TokenizerError) -> UInt8 {
    while position < bytes.count {
      let byte = bytes[position]
      if byte > 0x20 { return byte }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else {
        throw failure("a control character stands between the values")
      }
      position += 1
    }
    throw failure("the text ends too early")
  }

  @inline(__always)
  mutating func expect(_ character: Unicode.Scalar) throws(TokenizerError) {
    guard try peek() == UInt8(ascii: character) else { throw failure("expected \(character)") }
    position += 1
  }

  /// Passes the byte if it comes next.
  @inline(__always)
  mutating func take(_ character: Unicode.Scalar) throws(TokenizerError) -> Bool {
    guard try peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func expectEnd() throws(TokenizerError) {
    while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
    guard position == bytes.count else { throw failure("something follows the value") }
  }

  /// Goes through an object: `body` is called with the cursor at each value, and has to pass it.
  mutating func object(
    _ body: (_ key: [UInt8], inout JSONCursor) throws(TokenizerError) -> Void
  ) throws(TokenizerError) {
    try expect("{")
    if try take("}") { return }
    repeat {
      let key = try string { Array($0) }
      try expect(":")
      try body(key, &self)
    } while try take(",")
    try expect("}")
  }

  /// Reads a string, and gives what `body` makes of its bytes, which are good only there.
  @inline(__always)
  mutating func string<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) throws(TokenizerError) -> Result {
    try expect("\"")
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return body(UnsafeBufferPointer(rebasing: bytes[start..<(position - 1)]))
      }
      if byte == UInt8(ascii: "\\") {
        try finishEscapedString(from: start)
        return unescaped.withUnsafeBufferPointer(body)
      }
      if byte < 0x20 { throw failure("a control character stands in a string") }
      position += 1
    }
    throw failure("a string does not end")
  }

  /// Finishes a string that has an escape at `position`, into `unescaped`.
  private mutating func finishEscapedString(from start: Int) throws(TokenizerError) {
    unescaped = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return
      case UInt8(ascii: "\\"): try escape()
      case 0..<0x20: throw failure("a control character stands in a string")
      default: unescaped.append(byte)
      }
    }
    throw failure("a string does not end")
  }

  private mutating func escape() throws(TokenizerError) {
    guard position < bytes.count else { throw failure("a string does not end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
    case UInt8(ascii: "b"): unescaped.append(0x08)
    case UInt8(ascii: "f"): unescaped.append(0x0C)
    case UInt8(ascii: "n"): unescaped.append(0x0A)
    case UInt8(ascii: "r"): unescaped.append(0x0D)
    case UInt8(ascii: "t"): unescaped.append(0x09)
    case UInt8(ascii: "u"):
      var scalar = try hexadecimal()
      if 0xD800..<0xDC00 ~= scalar, position + 1 < bytes.count,
        bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = try hexadecimal()
        guard 0xDC00..<0xE000 ~= low else { throw failure("half a surrogate pair") }
        scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
      }
      guard !(0xD800..<0xE000 ~= scalar) else { throw failure("half a surrogate pair") }
      UTF8Text.append(CollectionOfOne(scalar), to: &unescaped)
    default: throw failure("an unknown escape in a string")
    }
  }

  private mutating func hexadecimal() throws(TokenizerError) -> UInt32 {
    guard bytes.count - position >= 4 else { throw failure("a string does not end") }
    var value: UInt32 = 0
    for _ in 0..<4 {
      let byte = UInt32(bytes[position])
      switch byte {
      case 0x30...0x39: value = value << 4 | (byte - 0x30)
      case 0x41...0x46: value = value << 4 | (byte - 0x41 + 10)
      case 0x61...0x66: value = value << 4 | (byte - 0x61 + 10)
      default: throw failure("four hexadecimal digits belong after \\u")
      }
      position += 1
    }
    return value
  }

  /// A token's id: a whole number from 0 to `limit`.
  mutating func id(limit: Int32) throws(TokenizerError) -> Int32 {
    let first = try peek()
    guard first &- 0x30 < 10 else { throw failure("a token's id has to be a whole number") }
    var value: Int64 = 0
    while position < bytes.count, bytes[position] &- 0x30 < 10 {
      value = value * 10 + Int64(bytes[position] - 0x30)
      guard value <= Int64(limit) else { throw failure("a token's id is above \(limit)") }
      position += 1
    }
    if position < bytes.count, [0x2E, 0x45, 0x65].contains(bytes[position]) {
      throw failure("a token's id has to be a whole number")
    }
    return Int32(value)
  }

  /// Passes a value, and gives where it was.
  mutating func skip() throws(TokenizerError) -> Range<Int> {
    _ = try peek()
    let start = position
    var depth = 0
    repeat {
      switch try peek() {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        guard depth >= 0 else { throw failure("a value is missing") }
        position += 1
      case UInt8(ascii: "\""): try string { _ in }
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { throw failure("a value is missing") }
        position += 1
      default:
        let begin = position
        while position < bytes.count, isWord(bytes[position]) { position += 1 }
        guard position > begin else { throw failure("a value cannot begin with this byte") }
      }
    } while depth > 0
    return start..<position
  }

  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E: true
    default: false
    }
  }
}
