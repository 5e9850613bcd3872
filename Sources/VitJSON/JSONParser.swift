extension JSONValue {
  /// Reads one JSON value (RFC 8259) that fills the whole text.
  ///
  /// - Parameter name: the file, for messages.
  /// - Throws: `JSONError` at the first byte that does not fit, or when a limit is passed.
  package static func parse(
    _ bytes: UnsafeRawBufferPointer, name: String, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> JSONValue {
    guard bytes.count <= limits.bytes else {
      throw JSONError(
        name: name, offset: 0,
        reason: "\(bytes.count) bytes are more than the \(limits.bytes) allowed")
    }
    var parser = JSONParser(bytes: bytes, name: name, limits: limits)
    parser.skipByteOrderMark()
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else {
      throw parser.failure("something follows the value")
    }
    return value
  }

  package static func parse(
    _ text: String, name: String, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> JSONValue {
    let bytes = Array(text.utf8)
    // Typed throws do not pass through `withUnsafeBytes`.
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(JSONError) in try parse(buffer, name: name, limits: limits) }
    }
    return try result.get()
  }
}

/// A recursive descent over the bytes; depth is limited, so is the stack.
private struct JSONParser {
  let bytes: UnsafeRawBufferPointer
  let name: String
  let limits: JSONLimits
  var position = 0
  var values = 0

  func failure(_ reason: String) -> JSONError {
    JSONError(name: name, offset: position, reason: reason)
  }

  mutating func skipByteOrderMark() {
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
  }

  mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  /// The next byte that is not white space, without going past it.
  mutating func next() throws(JSONError) -> UInt8 {
    skipSpace()
    guard position < bytes.count else { throw failure("the text ends too early") }
    return bytes[position]
  }

  mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= limits.depth else {
      throw failure("nested deeper than the \(limits.depth) levels allowed")
    }
    values += 1
    guard values <= limits.values else {
      throw failure("more than the \(limits.values) values allowed")
    }
    switch try next() {
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), 0x30...0x39: return .number(try number())
    default: throw failure("a value cannot begin with this byte")
    }
  }

  mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    let expected = UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard bytes[position...].starts(with: expected) else { throw failure("expected \(word)") }
    position += expected.count
    return value
  }

  mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
    position += 1
    var elements: [JSONValue] = []
    if try next() == UInt8(ascii: "]") {
      position += 1
      return elements
    }
    while true {
      elements.append(try value(depth: depth + 1))
      switch try next() {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "]"):
        position += 1
        return elements
      default: throw failure("expected , or ]")
      }
    }
  }

  mutating func object(depth: Int) throws(JSONError) -> JSONObject {
    position += 1
    var members: [(key: String, value: JSONValue)] = []
    if try next() == UInt8(ascii: "}") {
      position += 1
      return JSONObject(members)
    }
    while true {
      guard try next() == UInt8(ascii: "\"") else { throw failure("expected a key in quotes") }
      let key = try string()
      guard try next() == UInt8(ascii: ":") else { throw failure("expected :") }
      position += 1
      members.append((key, try value(depth: depth + 1)))
      switch try next() {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "}"):
        position += 1
        if limits.allowsDuplicateKeys { return JSONObject(members) }
        var duplicate = 0
        guard let object = JSONObject(unique: members, duplicate: &duplicate) else {
          let key = members[duplicate].key.prefix(80)
          throw failure("the object that ends here has the key \"\(key)\" twice")
        }
        return object
      default: throw failure("expected , or }")
      }
    }
  }

  mutating func number() throws(JSONError) -> JSONNumber {
    let start = position
    // Most numbers are short and whole.
    var small: Int64 = 0
    while position < bytes.count, position - start < 18, (0x30...0x39).contains(bytes[position]) {
      small = small &* 10 &+ Int64(bytes[position] &- 0x30)
      position += 1
    }
    if position > start, bytes[start] != UInt8(ascii: "0") || position == start + 1,
      position < bytes.count
    {
      switch bytes[position] {
      case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), 0x20, 0x0A, 0x0D:
        return .integer(small)
      default: break
      }
    }
    position = start
    func isDigit(_ place: Int) -> Bool {
      place < bytes.count && (0x30...0x39).contains(bytes[place])
    }
    var place = position
    if bytes[place] == UInt8(ascii: "-") { place += 1 }
    guard isDigit(place) else { throw failure("a number without digits") }
    if bytes[place] == UInt8(ascii: "0") {
      place += 1
      guard !isDigit(place) else { throw failure("a number with a leading zero") }
    } else {
      while isDigit(place) { place += 1 }
    }
    var isWhole = true
    if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
      isWhole = false
      place += 1
      guard isDigit(place) else { throw failure("a number that ends in a point") }
      while isDigit(place) { place += 1 }
    }
    if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      place += 1
      if place < bytes.count, bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-")
      {
        place += 1
      }
      guard isDigit(place) else { throw failure("a number whose exponent has no digits") }
      while isDigit(place) { place += 1 }
    }
    guard place - start <= 1024 else { throw failure("a number of more than 1,024 characters") }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if isWhole, let value = Int64(text) {
      position = place
      return .integer(value)
    }
    guard let value = Double(text), value.isFinite else {
      throw failure("a number beyond the range of a double")
    }
    position = place
    return .double(value)
  }

  mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    // Most strings have no escape and are taken as they lie.
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let text = try validated(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
        position += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { break }
      guard byte >= 0x20 else { throw failure("a control character in a string") }
      position += 1
    }
    var content = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        let text = try content.withUnsafeBytesTyped { buffer throws(JSONError) in
          try validated(buffer)
        }
        position += 1
        return text
      case UInt8(ascii: "\\"):
        position += 1
        try escape(into: &content)
      case ..<0x20:
        throw failure("a control character in a string")
      default:
        content.append(byte)
        position += 1
      }
    }
    throw failure("a string without its closing quote")
  }

  func validated(_ utf8: UnsafeRawBufferPointer) throws(JSONError) -> String {
    // Plain ASCII needs no validation, only the copy.
    var bits: UInt8 = 0
    for byte in utf8 { bits |= byte }
    if bits < 0x80, let start = utf8.baseAddress {
      return String(unsafeUninitializedCapacity: utf8.count) { buffer in
        if let copy = buffer.baseAddress {
          UnsafeMutableRawPointer(copy).copyMemory(from: start, byteCount: utf8.count)
        }
        return utf8.count
      }
    }
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw failure("the string that ends here is not UTF-8")
    }
    guard !Self.hasEndlessCharacter(text) else {
      throw failure(
        "the string that ends here has more than \(Self.marksLimit) combining marks in a row")
    }
    return text
  }

  /// No writing system needs more than 30 (UAX #15, 12.1). Comparing strings by canonical equivalence,
  /// as Swift does, takes the square of their number.
  static let marksLimit = 256

  static func hasEndlessCharacter(_ text: String) -> Bool {
    guard text.utf8.count > 2 * marksLimit else { return false }
    var marks = 0
    for scalar in text.unicodeScalars {
      let isMark =
        scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered
      marks = isMark ? marks + 1 : 0
      if marks > marksLimit { return true }
    }
    return false
  }

  mutating func escape(into content: inout [UInt8]) throws(JSONError) {
    guard position < bytes.count else { throw failure("the text ends too early") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"):
      var code = try codeUnit()
      if (0xD800..<0xDC00).contains(code) {
        guard bytes.count - position >= 6, bytes[position] == UInt8(ascii: "\\"),
          bytes[position + 1] == UInt8(ascii: "u")
        else { throw failure("the first half of a surrogate pair without the second") }
        position += 2
        let low = try codeUnit()
        guard (0xDC00..<0xE000).contains(low) else {
          throw failure("the first half of a surrogate pair without the second")
        }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw failure("the second half of a surrogate pair without the first")
      }
      content.append(contentsOf: UTF8.encode(scalar)!)
    default: throw failure("an unknown escape")
    }
  }

  mutating func codeUnit() throws(JSONError) -> UInt32 {
    guard bytes.count - position >= 4 else { throw failure("the text ends too early") }
    var code: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch bytes[position] {
      case let byte where (0x30...0x39).contains(byte): digit = byte - 0x30
      case let byte where (0x61...0x66).contains(byte | 0x20): digit = (byte | 0x20) - 0x61 + 10
      default: throw failure("an escape that is not four hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}

extension Array where Element == UInt8 {
  /// `withUnsafeBytes` with a typed error.
  fileprivate func withUnsafeBytesTyped(
    _ body: (UnsafeRawBufferPointer) throws(JSONError) -> String
  ) throws(JSONError) -> String {
    let result = withUnsafeBytes { buffer in
      Result { () throws(JSONError) in try body(buffer) }
    }
    return try result.get()
  }
}
