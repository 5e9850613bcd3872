/// The four letters of a chunk.
struct ChunkType: Equatable, CustomStringConvertible {
  let bytes: (UInt8, UInt8, UInt8, UInt8)

  init(bytes: UnsafeRawBufferPointer, at offset: Int) {
    self.bytes = (bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3])
  }

  init(bytes: (UInt8, UInt8, UInt8, UInt8)) { self.bytes = bytes }

  private init(_ letters: StaticString) {
    let start = letters.utf8Start
    bytes = (start[0], start[1], start[2], start[3])
  }

  static let header = ChunkType("IHDR")
  static let palette = ChunkType("PLTE")
  static let transparency = ChunkType("tRNS")
  static let imageData = ChunkType("IDAT")
  static let end = ChunkType("IEND")
  static let exif = ChunkType("eXIf")
  static let profile = ChunkType("iCCP")
  static let standardColor = ChunkType("sRGB")
  static let animation = ChunkType("acTL")
  static let text = ChunkType("tEXt")
  static let compressedText = ChunkType("zTXt")
  static let internationalText = ChunkType("iTXt")

  var isLetters: Bool {
    func isLetter(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
    }
    return isLetter(bytes.0) && isLetter(bytes.1) && isLetter(bytes.2) && isLetter(bytes.3)
  }

  /// Whether a decoder may ignore the chunk: bit 5 of the first letter.
  var isAncillary: Bool { bytes.0 & 0x20 != 0 }

  var description: String {
    String(decoding: [bytes.0, bytes.1, bytes.2, bytes.3], as: UTF8.self)
  }

  static func == (a: ChunkType, b: ChunkType) -> Bool { a.bytes == b.bytes }
}
