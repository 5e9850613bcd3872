/// The printable characters that stand for bytes in byte-level vocabularies (GPT-2's
/// `bytes_to_unicode`).
enum ByteSymbols {
  /// The bytes in the order of their ids in CLIP's vocabulary: the printable ones, then the rest.
  static let order: [UInt8] = {
    let printable = [0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF].flatMap { $0.map { UInt8($0) } }
    return printable + (0...255).map { UInt8($0) }.filter { !printable.contains($0) }
  }()

  /// The scalar value that stands for each byte: itself, or U+0100 and on for the 68 others.
  static let scalars: [UInt32] = {
    var scalars = [UInt32](repeating: 0, count: 256)
    for (index, byte) in order.enumerated() {
      scalars[Int(byte)] = index < 188 ? UInt32(byte) : 0x100 + UInt32(index - 188)
    }
    return scalars
  }()

  /// The byte that a scalar value stands for.
  static let bytes: [UInt32: UInt8] = Dictionary(
    uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8($0)) })

  /// A byte's symbol in UTF-8.
  static func utf8(_ byte: UInt8) -> [UInt8] {
    var utf8: [UInt8] = []
    UTF8Text.append([scalars[Int(byte)]], to: &utf8)
    return utf8
  }
}
