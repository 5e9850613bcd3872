import CTextData

/// Look-ups in the generated tables of `CTextData`.
enum UnicodeTables {
  static func classes(of scalar: UInt32) -> CharacterClass {
    CharacterClass(rawValue: value(of: scalar, in: vit_text_classes()))
  }

  /// Canonical combining class.
  static func combiningClass(of scalar: UInt32, _ flavour: UnicodeFlavour) -> UInt8 {
    if scalar < 0x300 { return 0 }
    switch flavour {
    case .huggingFace: return value(of: scalar, in: vit_text_combining_hugging_face())
    case .python: return value(of: scalar, in: vit_text_combining())
    }
  }

  /// The canonical decomposition by one step; `second` is 0 where it is a single character.
  static func decomposition(
    of scalar: UInt32, _ flavour: UnicodeFlavour
  ) -> (first: UInt32, second: UInt32)? {
    if scalar < 0xC0 || isUnknown(scalar, flavour) { return nil }
    let table = vit_text_decompositions()
    let index = lowerBound(count: table.count / 3) { table.values[3 * $0] < scalar }
    guard index < table.count / 3, table.values[3 * index] == scalar else { return nil }
    return (table.values[3 * index + 1], table.values[3 * index + 2])
  }

  /// The primary composite of two characters, Hangul aside.
  static func composition(
    _ first: UInt32, _ second: UInt32, _ flavour: UnicodeFlavour
  ) -> UInt32? {
    let table = vit_text_compositions()
    let values = table.values!
    let index = lowerBound(count: table.count / 3) {
      (values[3 * $0], values[3 * $0 + 1]) < (first, second)
    }
    guard index < table.count / 3, values[3 * index] == first, values[3 * index + 1] == second,
      !isUnknown(values[3 * index + 2], flavour)
    else { return nil }
    return values[3 * index + 2]
  }

  /// The lower case of a character by itself; U+0130 aside, which becomes two.
  static func lowercase(_ scalar: UInt32, _ flavour: UnicodeFlavour) -> UInt32 {
    if scalar < 0x80 { return scalar &- 0x41 < 26 ? scalar | 0x20 : scalar }
    let table = vit_text_lower()
    let values = table.values!
    // Runs of the two flavours may interleave: the one that holds the letter starts at most a few
    // runs before the last that starts at or before it.
    var index = lowerBound(count: table.count / 3) { values[3 * $0] <= scalar }
    let flag: UInt32 = flavour == .python ? 1 : 2
    for _ in 0..<4 where index > 0 {
      index -= 1
      let (first, packed) = (values[3 * index], values[3 * index + 1])
      let (count, stride, flavours) = (packed >> 8, packed >> 4 & 15, packed & 15)
      let distance = scalar - first
      if flavours & flag != 0, distance % stride == 0, distance / stride < count {
        return scalar &+ values[3 * index + 2]
      }
    }
    return scalar
  }

  private static func isUnknown(_ scalar: UInt32, _ flavour: UnicodeFlavour) -> Bool {
    guard flavour == .huggingFace else { return false }
    let table = vit_text_compositions_unknown_to_hugging_face()
    return UnsafeBufferPointer(start: table.values, count: table.count).contains(scalar)
  }

  /// The value that holds from the last change at or before `scalar`.
  private static func value(of scalar: UInt32, in table: vit_text_table) -> UInt8 {
    let values = table.values!
    let index = lowerBound(count: table.count) { values[$0] >> 8 <= scalar }
    return index == 0 ? 0 : UInt8(truncatingIfNeeded: values[index - 1])
  }
}

/// The first index in `0..<count` for which `precedes` is false; it is true before and false after.
@inline(__always)
func lowerBound(count: Int, where precedes: (Int) -> Bool) -> Int {
  var (low, high) = (0, count)
  while low < high {
    let middle = (low + high) / 2
    if precedes(middle) { low = middle + 1 } else { high = middle }
  }
  return low
}
