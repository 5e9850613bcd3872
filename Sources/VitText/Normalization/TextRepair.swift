import CTextData

/// What OpenCLIP's and OpenAI's tokenisers do to a text before they look at its words: ftfy's
/// `fix_text` with its defaults, then `html.unescape` twice.
///
/// One step of ftfy is missing: it does not guess and undo wrong decoding ("mojibake").
enum TextRepair {
  static func cleaned(_ text: [UInt32]) -> [UInt32] {
    HTMLEntities.unescaped(HTMLEntities.unescaped(fixed(text)))
  }

  /// ftfy works by line, or by a million characters; once a line holds `<`, references to
  /// characters stay as they are from there on.
  private static func fixed(_ text: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var unescapes = true
    var start = 0
    while start < text.count {
      let rest = text[start...]
      let lineEnd = rest.firstIndex(of: 0x0A).map { $0 + 1 } ?? text.count
      let end = min(lineEnd, start + 1_000_000)
      let segment = Array(text[start..<end])
      if segment.contains(0x3C) { unescapes = false }
      result += fixedSegment(segment, unescapes: unescapes)
      start = end
    }
    return result
  }

  private static func fixedSegment(_ segment: [UInt32], unescapes: Bool) -> [UInt32] {
    var text = segment
    // Each pass unwraps a level of references. ftfy goes on until nothing changes, which takes
    // time by the square of a text made for it; no honest text has more levels than this.
    for _ in 0..<100 {
      var next = unescapes ? HTMLEntities.unescapedUnambiguously(text) : text
      next = replacingCharacters(next)
      next = removingControls(removingTerminalEscapes(next))
      next = Normalization.composed(next, .python)
      if next == text { break }
      text = next
    }
    return text
  }

  /// C1 controls, ligatures, widths, quotation marks and line breaks, in ftfy's order.
  private static func replacingCharacters(_ text: [UInt32]) -> [UInt32] {
    guard text.contains(where: { $0 >= 0x80 }) else { return text }
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    for scalar in text {
      if scalar < 0x80 {
        result.append(scalar)
        continue
      }
      for letter in ligature(withoutC1(scalar)) {
        for standard in standardWidth(letter) {
          result.append(lineBreak(straightQuote(standard)))
        }
      }
    }
    return result
  }

  private static func withoutC1(_ scalar: UInt32) -> UInt32 {
    (0x80..<0xA0).contains(scalar) ? vit_text_windows_1252().values[Int(scalar - 0x80)] : scalar
  }

  private static func ligature(_ scalar: UInt32) -> [UInt32] {
    switch scalar {
    case 0x132: [0x49, 0x4A]
    case 0x133: [0x69, 0x6A]
    case 0x149: [0x2BC, 0x6E]
    case 0x1F1: [0x44, 0x5A]
    case 0x1F2: [0x44, 0x7A]
    case 0x1F3: [0x64, 0x7A]
    case 0x1C4: [0x44, 0x17D]
    case 0x1C5: [0x44, 0x17E]
    case 0x1C6: [0x64, 0x17E]
    case 0x1C7: [0x4C, 0x4A]
    case 0x1C8: [0x4C, 0x6A]
    case 0x1C9: [0x6C, 0x6A]
    case 0x1CA: [0x4E, 0x4A]
    case 0x1CB: [0x4E, 0x6A]
    case 0x1CC: [0x6E, 0x6A]
    case 0xFB00: [0x66, 0x66]
    case 0xFB01: [0x66, 0x69]
    case 0xFB02: [0x66, 0x6C]
    case 0xFB03: [0x66, 0x66, 0x69]
    case 0xFB04: [0x66, 0x66, 0x6C]
    case 0xFB05: [0x17F, 0x74]
    case 0xFB06: [0x73, 0x74]
    default: [scalar]
    }
  }

  private static func standardWidth(_ scalar: UInt32) -> [UInt32] {
    if scalar == 0x3000 { return [0x20] }
    let table = vit_text_width()
    guard scalar >= 0xFF01, scalar - 0xFF01 < table.count else { return [scalar] }
    let value = table.values[Int(scalar - 0xFF01)]
    if value == 0 { return [scalar] }
    return value >> 16 == 0 ? [value] : [value & 0xFFFF, value >> 16]
  }

  private static func straightQuote(_ scalar: UInt32) -> UInt32 {
    switch scalar {
    case 0x2BC, 0x2018...0x201B: 0x27
    case 0x201C...0x201F: 0x22
    default: scalar
    }
  }

  private static func lineBreak(_ scalar: UInt32) -> UInt32 {
    scalar == 0x2028 || scalar == 0x2029 || scalar == 0x85 ? 0x0A : scalar
  }

  /// Without `ESC [ digits and semicolons, letter`.
  private static func removingTerminalEscapes(_ text: [UInt32]) -> [UInt32] {
    guard text.contains(0x1B) else { return text }
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if let length = terminalEscape(text, at: index) {
        index += length
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }

  private static func terminalEscape(_ text: [UInt32], at start: Int) -> Int? {
    guard text[start] == 0x1B, start + 1 < text.count, text[start + 1] == 0x5B else { return nil }
    var index = start + 2
    while index < text.count, isDigit(text[index]) || text[index] == 0x3B { index += 1 }
    guard index < text.count, (text[index] | 0x20) &- 0x61 < 26 else { return nil }
    return index + 1 - start
  }

  /// Python's `\d`: a decimal digit of any script. Escapes with other than ASCII digits are not
  /// worth a table; they count where they are numbers at all.
  private static func isDigit(_ scalar: UInt32) -> Bool {
    scalar &- 0x30 < 10
      || (scalar >= 0x80
        && Unicode.Scalar(scalar)?.properties.generalCategory == .decimalNumber)
  }

  private static func removingControls(_ text: [UInt32]) -> [UInt32] {
    text.filter { scalar in
      switch scalar {
      case 0x00...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFC: false
      default: true
      }
    }
  }
}
