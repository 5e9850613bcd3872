import CTextData

/// Character references of HTML, as Python's `html.unescape` and ftfy read them.
enum HTMLEntities {
  private static let ampersand: UInt32 = 0x26
  private static let semicolon: UInt32 = 0x3B

  /// Python's `html.unescape`: also references that lack their semicolon, and the longest name that
  /// begins a run of letters.
  static func unescaped(_ text: [UInt32]) -> [UInt32] {
    guard text.contains(ampersand) else { return text }
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if text[index] == ampersand, let (value, length) = reference(text, at: index + 1) {
        result += value
        index += 1 + length
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }

  /// ftfy's `unescape_html`: only references that end in a semicolon, and names in capitals where
  /// HTML has them in small letters.
  static func unescapedUnambiguously(_ text: [UInt32]) -> [UInt32] {
    guard text.contains(ampersand) else { return text }
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if text[index] == ampersand, let length = unambiguousLength(text, at: index + 1),
        let value = unambiguousValue(text[(index + 1)..<(index + 1 + length)])
      {
        result += value
        index += 1 + length
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }

  // MARK: html.unescape

  /// What the reference after an ampersand stands for, and how many characters it takes; nil where
  /// there is none.
  private static func reference(_ text: [UInt32], at start: Int) -> ([UInt32], Int)? {
    guard start < text.count else { return nil }
    if text[start] == 0x23, let number = number(text, at: start) { return number }
    var end = start
    while end < text.count, end - start < 32, !endsName(text[end]) { end += 1 }
    guard end > start else { return nil }
    var name = text[start..<end].map { $0 < 0x80 ? UInt8($0) : 0xFF }
    let hasSemicolon = end < text.count && text[end] == semicolon
    if hasSemicolon {
      name.append(UInt8(ascii: ";"))
      if let value = value(of: name, capitals: false) { return (value, name.count) }
      name.removeLast()
      // The name without its semicolon is one of the shorter ones that follow.
    }
    // No name without a semicolon is longer than six letters.
    for length in stride(from: min(name.count, 8), to: 0, by: -1) {
      if length == 1, name.count + (hasSemicolon ? 1 : 0) > 1 { break }
      if let value = value(of: Array(name[..<length]), capitals: false) { return (value, length) }
    }
    return nil
  }

  private static func endsName(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09, 0x0A, 0x0C, 0x20, 0x3C, ampersand, 0x23, semicolon: true
    default: false
    }
  }

  /// A reference by number; `start` is at the number sign.
  private static func number(_ text: [UInt32], at start: Int) -> ([UInt32], Int)? {
    var index = start + 1
    var base: UInt32 = 10
    if index < text.count, text[index] | 0x20 == 0x78 {
      base = 16
      index += 1
    }
    let firstDigit = index
    var number: UInt32 = 0
    while index < text.count, let digit = digit(text[index]), digit < base {
      number = min(number * base + digit, 0x11_0000)
      index += 1
    }
    guard index > firstDigit else { return nil }
    if index < text.count, text[index] == semicolon { index += 1 }
    return (character(number), index - start)
  }

  private static func digit(_ scalar: UInt32) -> UInt32? {
    switch scalar {
    case 0x30...0x39: scalar - 0x30
    case 0x41...0x46: scalar - 0x41 + 10
    case 0x61...0x66: scalar - 0x61 + 10
    default: nil
    }
  }

  private static func character(_ number: UInt32) -> [UInt32] {
    let replaced = vit_html_replaced()
    for index in 0..<(replaced.count / 2) where replaced.values[2 * index] == number {
      return [replaced.values[2 * index + 1]]
    }
    if (0xD800..<0xE000).contains(number) || number > 0x10_FFFF { return [0xFFFD] }
    let invalid = vit_html_invalid()
    let isInvalid = UnsafeBufferPointer(start: invalid.values, count: invalid.count)
      .contains(number)
    return isInvalid ? [] : [number]
  }

  // MARK: ftfy

  /// The length of `#?[0-9A-Za-z]{1,24};` at `start`.
  private static func unambiguousLength(_ text: [UInt32], at start: Int) -> Int? {
    var index = start
    if index < text.count, text[index] == 0x23 { index += 1 }
    let first = index
    while index < text.count, index - first < 24, isLetterOrDigit(text[index]) { index += 1 }
    guard index > first, index < text.count, text[index] == semicolon else { return nil }
    return index + 1 - start
  }

  private static func isLetterOrDigit(_ scalar: UInt32) -> Bool {
    scalar &- 0x30 < 10 || (scalar | 0x20) &- 0x61 < 26
  }

  private static func unambiguousValue(_ reference: ArraySlice<UInt32>) -> [UInt32]? {
    guard reference.first == 0x23 else {
      return value(of: reference.map { UInt8($0) }, capitals: true)
    }
    // A reference that is read only in part, or stands for a semicolon, is left alone.
    let unescaped = unescaped([ampersand] + reference)
    return unescaped.contains(semicolon) ? nil : unescaped
  }

  // MARK: The table

  /// - Parameter capitals: whether ftfy's additional names count.
  private static func value(of name: [UInt8], capitals: Bool) -> [UInt32]? {
    let list = vit_html_entities()
    let entities = list.entities!
    let index = lowerBound(count: list.count) { order(entities[$0].name, name) < 0 }
    guard index < list.count, order(entities[index].name, name) == 0,
      capitals || entities[index].capitals == 0
    else { return nil }
    return String(cString: entities[index].value).unicodeScalars.map(\.value)
  }

  /// Below, at or above zero, as the C string sorts before, with or after the name.
  private static func order(_ string: UnsafePointer<CChar>, _ name: [UInt8]) -> Int {
    for (index, byte) in name.enumerated() {
      let other = UInt8(bitPattern: string[index])
      if other != byte { return Int(other) - Int(byte) }
    }
    return string[name.count] == 0 ? 0 : 1
  }
}
