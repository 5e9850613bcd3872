/// The chunks of a PNG that may hold an orientation; of each kind the last counts, as in Pillow.
struct PNGMetadata {
  private var exif: UnsafeRawBufferPointer?
  private var rawProfile: Text?
  private var xmp: Text?

  /// Text as it lies in the file.
  private struct Text {
    let bytes: UnsafeRawBufferPointer
    let isCompressed: Bool
  }

  private static let rawProfileKeyword = "Raw profile type exif"
  private static let xmpKeyword = "XML:com.adobe.xmp"

  /// Whether a text chunk that begins so is searched for an orientation, and then whether its text is
  /// compressed. 32 bytes of the chunk are enough.
  static func mayHoldOrientation(_ type: ChunkType, _ start: [UInt8]) -> Bool? {
    guard let end = start.firstIndex(of: 0),
      [rawProfileKeyword, xmpKeyword].contains(where: { start[..<end].elementsEqual($0.utf8) })
    else { return nil }
    switch type {
    case .compressedText: return true
    case .internationalText: return end + 1 < start.count && start[end + 1] != 0
    default: return false
    }
  }

  mutating func note(_ type: ChunkType, _ data: UnsafeRawBufferPointer) {
    switch type {
    case .exif:
      exif = data
    case .text, .compressedText, .internationalText:
      guard let (keyword, text) = Self.text(type, data) else { return }
      if keyword.elementsEqual(Self.rawProfileKeyword.utf8) {
        rawProfile = text
      } else if keyword.elementsEqual(Self.xmpKeyword.utf8) {
        xmp = text
      }
    default:
      break
    }
  }

  /// The orientation of the EXIF chunk, else of a hexadecimal EXIF profile in a text chunk, else of
  /// an XMP packet.
  ///
  /// - Parameter limit: the most bytes that a compressed text may inflate to; one that is longer is
  ///   passed over.
  func orientation(textLimit limit: Int) -> Orientation? {
    let exifValue: Int? =
      if let exif {
        EXIF.orientation(in: exif)
      } else {
        rawProfile.flatMap { Self.inflated($0, limit: limit) }
          .flatMap { Self.profile(hexadecimal: $0) }
          .flatMap { $0.withUnsafeBytes { EXIF.orientation(in: $0) } }
      }
    let value =
      exifValue
      ?? xmp.flatMap { Self.inflated($0, limit: limit) }
      .flatMap { $0.withUnsafeBytes { XMP.orientation(in: $0) } }
    return value.flatMap(Orientation.init(rawValue:))
  }

  /// Keyword and text of a text chunk of any of the three kinds.
  private static func text(
    _ type: ChunkType, _ data: UnsafeRawBufferPointer
  ) -> (keyword: Slice<UnsafeRawBufferPointer>, text: Text)? {
    guard let end = data.firstIndex(of: 0) else { return nil }
    let keyword = data[..<end]
    var rest = data[(end + 1)...]
    var isCompressed = false
    switch type {
    case .compressedText:
      guard rest.popFirst() == 0 else { return nil }  // the only compression method
      isCompressed = true
    case .internationalText:
      guard let flag = rest.popFirst(), let method = rest.popFirst() else { return nil }
      isCompressed = flag != 0
      guard !isCompressed || method == 0 else { return nil }
      // Language and translated keyword.
      for _ in 0..<2 {
        guard let end = rest.firstIndex(of: 0) else { return nil }
        rest = rest[(end + 1)...]
      }
    default:
      break
    }
    return (
      keyword, Text(bytes: UnsafeRawBufferPointer(rebasing: rest), isCompressed: isCompressed)
    )
  }

  private static func inflated(_ text: Text, limit: Int) -> [UInt8]? {
    guard text.isCompressed else {
      return text.bytes.count <= limit ? Array(text.bytes) : nil
    }
    return Zlib.inflate(text.bytes, limit: limit)
  }

  /// The bytes of an ImageMagick raw profile: a line break, the profile's name, its length, and
  /// hexadecimal digits on lines of 72.
  private static func profile(hexadecimal text: [UInt8]) -> [UInt8]? {
    let lines = text.split(
      separator: UInt8(ascii: "\n"), maxSplits: 3, omittingEmptySubsequences: false)
    guard lines.count == 4 else { return nil }
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in lines[3] {
      if character == 0x20 || (0x09...0x0D).contains(character) { continue }
      guard let digit = Character(UnicodeScalar(character)).hexDigitValue else { return nil }
      if let first = high {
        bytes.append(first << 4 | UInt8(digit))
        high = nil
      } else {
        high = UInt8(digit)
      }
    }
    return high == nil ? bytes : nil
  }
}
