import VitSystem

/// A file format that is decoded.
public enum ImageFormat: String, Sendable, CaseIterable {
  case jpeg
  case png

  /// The name in print.
  public var name: String {
    switch self {
    case .jpeg: "JPEG"
    case .png: "PNG"
    }
  }
}

extension ImageFormat {
  /// JPEGs of Windows (`jfif`), of old programs, and of sites that add the size; PNGs.
  private static let endings = [
    "jpg", "jpeg", "jpe", "jif", "jfif", "jfi", "pjpeg", "pjp", "jpg_large", "jpg-large",
    "jpg_orig", "png", "png_large",
  ].map { Array($0.utf8) }

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
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      return .jpeg
    }
    if bytes.starts(with: PNGChunks.signature) {
      return .png
    }
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
