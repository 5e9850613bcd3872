/// Finds the words of a cleaned text, as CLIP's regular expression does: from where the last word
/// ended, the first alternative that fits.
///
///     specials | 's|'t|'re|'ve|'m|'ll|'d | [\p{L}]+ | [\p{N}] | [^\s\p{L}\p{N}]+
struct WordSplitter: Sendable {
  /// A string that is one word wherever a word can begin.
  struct Special: Sendable, Equatable {
    var text: [UInt8]
    /// What stands for it; nil where it is encoded like any word.
    var id: Int32?
  }

  enum Kind {
    case word
    /// One of the specials, by index; in a splitter that ignores case maybe spelt otherwise.
    case special(Int)
  }

  let specials: [Special]
  let flavour: UnicodeFlavour
  /// Whether capitals match the small letters of specials and contractions, and ſ matches s.
  let ignoresCase: Bool

  private enum Class: UInt8 {
    case other, letter, number, space
  }

  /// The next word at or after `index`, which moves past it; nil at the end of the text.
  @inline(__always)
  func next(
    in text: UnsafeBufferPointer<UInt8>, from index: inout Int
  ) -> (range: Range<Int>, kind: Kind)? {
    while index < text.count {
      let start = index
      let byte = text[index]
      if byte == UInt8(ascii: "<"), !specials.isEmpty, let (special, length) = special(text, index)
      {
        index += length
        return (start..<index, .special(special))
      }
      if byte == UInt8(ascii: "'"), let length = contraction(text, index) {
        index += length
        return (start..<index, .word)
      }
      let (first, length) = classify(text, index)
      index += length
      if first == .space { continue }
      if first != .number {
        while index < text.count {
          let (following, length) = classify(text, index)
          if following != first { break }
          index += length
        }
      }
      return (start..<index, .word)
    }
    return nil
  }

  @inline(__always)
  private func classify(
    _ text: UnsafeBufferPointer<UInt8>, _ index: Int
  ) -> (class: Class, length: Int) {
    let byte = text[index]
    if byte < 0x80 {
      if (byte | 0x20) &- 0x61 < 26 { return (.letter, 1) }
      if byte == 0x20 || byte &- 0x09 < 5 { return (.space, 1) }
      return (byte &- 0x30 < 10 ? .number : .other, 1)
    }
    return classifyBeyondASCII(text, index)
  }

  @inline(never)
  private func classifyBeyondASCII(
    _ text: UnsafeBufferPointer<UInt8>, _ index: Int
  ) -> (class: Class, length: Int) {
    let (scalar, length) = UTF8Text.scalar(in: text, at: index)
    let classes = UnicodeTables.classes(of: scalar)
    let (letter, number): (CharacterClass, CharacterClass) =
      flavour == .huggingFace
      ? (.huggingFaceLetter, .huggingFaceNumber) : (.regexLetter, .regexNumber)
    // U+0345 carries both: the references' regular expression passes over it like white space.
    if classes.isSuperset(of: [letter, number]) { return (.space, length) }
    if classes.contains(letter) { return (.letter, length) }
    if classes.contains(number) { return (.number, length) }
    return (classes.contains(.space) ? .space : .other, length)
  }

  /// The length of a contraction at the apostrophe at `index`.
  private func contraction(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int? {
    guard index + 1 < text.count else { return nil }
    switch folded(text[index + 1]) {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"):
      return index + 2 < text.count && folded(text[index + 2]) == UInt8(ascii: "e") ? 3 : nil
    case UInt8(ascii: "l"):
      return index + 2 < text.count && folded(text[index + 2]) == UInt8(ascii: "l") ? 3 : nil
    case 0xC5:
      return ignoresCase && isLongS(text, index + 1) ? 3 : nil
    default: return nil
    }
  }

  private func special(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int
  ) -> (index: Int, length: Int)? {
    for (index, special) in specials.enumerated() {
      if let length = matchLength(special.text, text, start) { return (index, length) }
    }
    return nil
  }

  private func matchLength(
    _ special: [UInt8], _ text: UnsafeBufferPointer<UInt8>, _ start: Int
  ) -> Int? {
    var index = start
    for byte in special {
      guard index < text.count else { return nil }
      if folded(text[index]) == byte {
        index += 1
      } else if ignoresCase, byte == UInt8(ascii: "s"), isLongS(text, index) {
        index += 2
      } else {
        return nil
      }
    }
    return index - start
  }

  private func folded(_ byte: UInt8) -> UInt8 {
    ignoresCase && byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  /// Whether ſ, which folds to s, stands at `index`.
  private func isLongS(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    index + 1 < text.count && text[index] == 0xC5 && text[index + 1] == 0xBF
  }
}
