/// Steps on texts as arrays of Unicode scalar values.
enum Normalization {
  /// Normalization Form C (Unicode Standard Annex 15).
  static func composed(_ text: [UInt32], _ flavour: UnicodeFlavour) -> [UInt32] {
    let isComposed = text.allSatisfy {
      $0 < 0x300 || !UnicodeTables.classes(of: $0).contains(.needsComposition)
    }
    if isComposed { return text }
    return compose(ordered(text, flavour), flavour)
  }

  /// Each character by itself, as Rust's `char::to_lowercase`.
  static func lowercasedByCharacter(_ text: [UInt32], _ flavour: UnicodeFlavour) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    for scalar in text {
      if scalar == 0x130 {
        result += [0x69, 0x307]
      } else {
        result.append(UnicodeTables.lowercase(scalar, flavour))
      }
    }
    return result
  }

  /// As Python's `str.lower`: a capital sigma at the end of a word becomes ς.
  static func lowercased(_ text: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    for (index, scalar) in text.enumerated() {
      switch scalar {
      case 0x130: result += [0x69, 0x307]
      case 0x3A3: result.append(isFinalSigma(text, at: index) ? 0x3C2 : 0x3C3)
      default: result.append(UnicodeTables.lowercase(scalar, .python))
      }
    }
    return result
  }

  private static func isFinalSigma(_ text: [UInt32], at index: Int) -> Bool {
    let before = text[..<index].last { !UnicodeTables.classes(of: $0).contains(.caseIgnorable) }
    guard let before, UnicodeTables.classes(of: before).contains(.cased) else { return false }
    let after = text[(index + 1)...].first {
      !UnicodeTables.classes(of: $0).contains(.caseIgnorable)
    }
    return after.map { !UnicodeTables.classes(of: $0).contains(.cased) } ?? true
  }

  // MARK: Decomposition and composition

  private static let hangul: UInt32 = 0xAC00
  private static let leads: UInt32 = 0x1100
  private static let vowels: UInt32 = 0x1161
  private static let trails: UInt32 = 0x11A7

  /// The canonical decomposition with its marks in canonical order, each with its class.
  private static func ordered(
    _ text: [UInt32], _ flavour: UnicodeFlavour
  ) -> [(scalar: UInt32, combining: UInt8)] {
    var result: [(scalar: UInt32, combining: UInt8)] = []
    result.reserveCapacity(text.count)
    var runStart = 0
    func sortRun() {
      if result.count - runStart > 1 {
        // The sort has to be stable: the offset breaks ties.
        let run = result[runStart...].enumerated().sorted {
          ($0.element.combining, $0.offset) < ($1.element.combining, $1.offset)
        }
        result.replaceSubrange(runStart..., with: run.map(\.element))
      }
      runStart = result.count
    }
    func append(_ scalar: UInt32) {
      let combining = UnicodeTables.combiningClass(of: scalar, flavour)
      if combining == 0 { sortRun() }
      result.append((scalar, combining))
      if combining == 0 { runStart = result.count }
    }
    func decompose(_ scalar: UInt32) {
      if scalar &- hangul < 11_172 {
        let index = scalar - hangul
        append(leads + index / 588)
        append(vowels + index % 588 / 28)
        if index % 28 != 0 { append(trails + index % 28) }
      } else if let (first, second) = UnicodeTables.decomposition(of: scalar, flavour) {
        decompose(first)
        if second != 0 { decompose(second) }
      } else {
        append(scalar)
      }
    }
    for scalar in text { decompose(scalar) }
    sortRun()
    return result
  }

  private static func compose(
    _ text: [(scalar: UInt32, combining: UInt8)], _ flavour: UnicodeFlavour
  ) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var starter: Int?
    var lastClass: UInt8 = 0
    for (scalar, combining) in text {
      if let starter, result.count == starter + 1 || (lastClass != 0 && lastClass < combining),
        let composite = pair(result[starter], scalar, flavour)
      {
        result[starter] = composite
        continue
      }
      if combining == 0 { starter = result.count }
      lastClass = combining
      result.append(scalar)
    }
    return result
  }

  private static func pair(
    _ first: UInt32, _ second: UInt32, _ flavour: UnicodeFlavour
  ) -> UInt32? {
    if first &- leads < 19, second &- vowels < 21 {
      return hangul + ((first - leads) * 21 + second - vowels) * 28
    }
    if first &- hangul < 11_172, (first - hangul) % 28 == 0, second &- trails < 28,
      second != trails
    {
      return first + second - trails
    }
    return UnicodeTables.composition(first, second, flavour)
  }
}
