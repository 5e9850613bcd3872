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
  /// Whether a file in a folder or an archive is taken for an image by how its name ends, in any case.
  package static func isName(_ name: String) -> Bool {
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return false }
    let suffix = String(name[name.utf8.index(after: dot)...]).lowercased()
    return ["jpg", "jpeg", "png", "jpe", "jif", "jfif", "jpg_large"].contains(suffix)
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
