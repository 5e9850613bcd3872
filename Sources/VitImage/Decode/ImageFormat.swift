import VitSystem

/// A file format that is decoded.
public enum ImageFormat: String, Sendable, CaseIterable {
  case jpeg
  case png
  case bmp

  /// The name in print.
  public var name: String { row.name }

  /// The names of all, as a sentence has them: `JPEG, PNG or BMP`.
  package static var listed: String {
    let names = allCases.map(\.name)
    return names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
  }
}

extension ImageFormat {
  /// What is known of a format: where one more is added.
  private struct Row {
    let name: String
    /// Of names, in small letters, without the dot.
    let endings: [String]
    /// The first bytes of each file.
    let signature: [UInt8]
    let decode: (UnsafeRawBufferPointer, String, DecodeOptions) throws(ImageError) -> DecodedImage
  }

  private var row: Row {
    switch self {
    case .jpeg:
      Row(
        // JPEGs of Windows (`jfif`), of old programs, and of sites that add the size.
        name: "JPEG",
        endings: [
          "jpg", "jpeg", "jpe", "jif", "jfif", "jfi", "pjpeg", "pjp", "jpg_large", "jpg-large",
          "jpg_orig",
        ],
        signature: [0xFF, 0xD8, 0xFF], decode: JPEGDecoder.decode)
    case .png:
      Row(
        name: "PNG", endings: ["png", "png_large"], signature: PNGChunks.signature,
        decode: PNGDecoder.decode)
    case .bmp:
      Row(
        name: "BMP", endings: ["bmp", "dib"], signature: BMPHeader.signature,
        decode: BMPDecoder.decode)
    }
  }

  func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions
  ) throws(ImageError) -> DecodedImage {
    try row.decode(bytes, name, options)
  }

  private static let endings = allCases.flatMap { $0.row.endings.map { Array($0.utf8) } }

  /// Whether a file in a folder or an archive is taken for an image by how its name, as `SystemName`
  /// has it, ends, in small letters or capitals.
  package static func isName(_ name: String) -> Bool {
    SystemName.ending(of: name).map(endings.contains) ?? false
  }

  /// Tells the format by the first bytes, whatever the file is called.
  ///
  /// - Throws: `ImageError.unknownFormat`, which names other formats where they are recognised.
  static func detect(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImageError)
    -> ImageFormat
  {
    for format in allCases where bytes.starts(with: format.row.signature) { return format }
    let begins =
      "begins with "
      + bytes.prefix(4).map { hexadecimal($0) }.joined(separator: " ")
    guard let other = UndecodedFormat.detect(bytes) else {
      throw .unknownFormat(name: name, found: begins, remedy: "check what the file is")
    }
    throw .unknownFormat(
      name: name, found: "\(begins), \(other.description)", remedy: other.remedy)
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16, uppercase: true)
    return byte < 16 ? "0" + text : text
  }
}
