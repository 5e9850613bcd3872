/// What a character is to the references. They were built with different versions of Unicode, so
/// letters and numbers come twice.
struct CharacterClass: OptionSet {
  let rawValue: UInt8

  static let huggingFaceLetter = CharacterClass(rawValue: 1)
  static let huggingFaceNumber = CharacterClass(rawValue: 2)
  static let regexLetter = CharacterClass(rawValue: 4)
  static let regexNumber = CharacterClass(rawValue: 8)
  /// Unicode's White_Space.
  static let space = CharacterClass(rawValue: 16)
  /// A text without such characters is in NFC already.
  static let needsComposition = CharacterClass(rawValue: 32)
  /// Cased and not case-ignorable.
  static let cased = CharacterClass(rawValue: 64)
  static let caseIgnorable = CharacterClass(rawValue: 128)
}
