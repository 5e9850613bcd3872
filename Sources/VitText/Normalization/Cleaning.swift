/// How a text becomes the words' alphabet.
enum Cleaning: Sendable, Equatable {
  /// Hugging Face's normaliser: those steps that the tokeniser's file asks for, in this order.
  case huggingFace(composes: Bool, collapsesSpace: Bool, lowercases: Bool)
  /// OpenCLIP's `clean`: ftfy, entities, white space, and lower case.
  case lower
  /// The same without lower case.
  case whitespace
  /// The same with lower case, `_` a space, and without ASCII punctuation.
  case canonicalize

  /// Hugging Face's for CLIP.
  static let clip = Cleaning.huggingFace(composes: true, collapsesSpace: true, lowercases: true)

  /// The text, ready to be split. White space is left as it is where the split drops it.
  func applied(to text: [UInt32]) -> [UInt32] {
    switch self {
    case .huggingFace(let composes, let collapsesSpace, let lowercases):
      var text = text
      if composes { text = Normalization.composed(text, .huggingFace) }
      if collapsesSpace { text = Self.collapsingSpace(text) }
      if lowercases { text = Normalization.lowercasedByCharacter(text, .huggingFace) }
      return text
    case .lower: return Normalization.lowercased(TextRepair.cleaned(text))
    case .whitespace: return TextRepair.cleaned(text)
    case .canonicalize:
      let plain = TextRepair.cleaned(text).compactMap { scalar -> UInt32? in
        if scalar == 0x5F { return 0x20 }
        return Self.isPunctuation(scalar) ? nil : scalar
      }
      return Normalization.lowercased(plain)
    }
  }

  /// As `applied(to:)`, of a whole text.
  func text(_ text: String) -> String {
    var bytes: [UInt8] = []
    UTF8Text.append(applied(to: text.unicodeScalars.map(\.value)), to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether ASCII letters become small.
  var lowercases: Bool {
    switch self {
    case .huggingFace(_, _, let lowercases): lowercases
    case .lower, .canonicalize: true
    case .whitespace: false
    }
  }

  /// Whether the byte stands for itself or its small letter whatever surrounds it. A text of such
  /// bytes alone needs no cleaning.
  func keeps(_ byte: UInt8) -> Bool {
    switch self {
    case .huggingFace: return byte < 0x80
    case .lower, .whitespace, .canonicalize:
      if self == .canonicalize, byte == 0x5F || Self.isPunctuation(UInt32(byte)) { return false }
      switch byte {
      case 0x09, 0x0A, 0x0C, 0x0D: return true
      case UInt8(ascii: "&"): return false
      default: return (0x20..<0x7F).contains(byte)
      }
    }
  }

  private static func collapsingSpace(_ text: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var inSpace = false
    for scalar in text {
      let isSpace = UnicodeTables.classes(of: scalar).contains(.space)
      if !isSpace {
        result.append(scalar)
      } else if !inSpace {
        result.append(0x20)
      }
      inSpace = isSpace
    }
    return result
  }

  /// Python's `string.punctuation`.
  private static func isPunctuation(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }
}

extension Tokenizer.Clean {
  var cleaning: Cleaning {
    switch self {
    case .lower: .lower
    case .whitespace: .whitespace
    case .canonicalize: .canonicalize
    }
  }
}
