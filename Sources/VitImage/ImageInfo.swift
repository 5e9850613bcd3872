import VitSystem

/// What an image file says of itself, read from its headers alone: nothing is decoded.
public struct ImageInfo: Sendable, Equatable {
  /// How colours are stored.
  public enum Color: String, Sendable {
    case gray, rgb, palette, cmyk, ycbcr, lab
  }

  /// A JPEG that lies in the file beside the picture.
  public struct Preview: Sendable, Equatable {
    /// In pixels, as stored.
    public let width: Int
    public let height: Int
  }

  public let format: ImageFormat
  /// In pixels, as stored: before the orientation is applied.
  public let width: Int
  public let height: Int
  /// Bits of each channel, or of an index into a palette.
  public internal(set) var bitsPerChannel: Int
  public let color: Color
  public let hasAlpha: Bool
  /// The name of the embedded colour profile, which is not applied; nil where there is none.
  public internal(set) var profile: String?
  /// EXIF's, 1 to 8; what it says is applied when the image is decoded.
  public internal(set) var orientation = 1
  /// Frames of an animation, pages, or images; the first, or the primary one, is decoded.
  public internal(set) var frameCount = 1
  /// Of a camera's raw file.
  public internal(set) var preview: Preview?
}

extension Image {
  /// What an image file says of itself. Time and memory are those of its headers.
  ///
  /// - Parameter path: a regular file, or a symbolic link to one.
  /// - Throws: `InputError`.
  public static func info(contentsOf path: String) throws(InputError) -> ImageInfo {
    try ImageError.publicly { () throws(ImageError) in
      try info(of: try CompressedImage(contentsOf: path))
    }
  }

  /// What an image file in memory says of itself.
  ///
  /// - Parameter name: how errors call the image.
  /// - Throws: `InputError`.
  public static func info(of bytes: [UInt8], name: String) throws(InputError) -> ImageInfo {
    try ImageError.publicly { () throws(ImageError) in
      try info(of: CompressedImage(bytes: bytes, name: name))
    }
  }

  /// Whether a path is meant to be that of an image file: it is called so, or begins as one.
  package static func isMeant(by path: String) -> Bool {
    let status = try? FileStatus(path)
    if ImageFormat.isName(path), status?.kind != .folder { return true }
    guard let image = try? CompressedImage(contentsOf: path) else { return false }
    var window = ByteWindow(image)
    return (try? ImageFormat.detect(&window, name: path)) != nil
  }

  private static func info(of image: CompressedImage) throws(ImageError) -> ImageInfo {
    guard image.byteCount > 0 else { throw .empty(name: image.name) }
    var window = ByteWindow(image)
    let info = try ImageFormat.detect(&window, name: image.name).info(&window, name: image.name)
    guard info.width > 0, info.height > 0 else {
      throw .corrupt(
        name: image.name, format: info.format, reason: "\(info.width) x \(info.height) pixels")
    }
    return info
  }
}
