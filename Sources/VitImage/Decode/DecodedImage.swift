import VitSystem

/// An image and what was learnt while it was decoded.
package struct DecodedImage: Sendable {
  /// The upright image.
  package let image: Image
  package let format: ImageFormat
  /// The EXIF orientation that was applied; `.upright` where there was none.
  package let orientation: Orientation
  /// What was wrong with the file but did not prevent decoding, without the file's name.
  package let warnings: [String]
}

extension Image {
  /// Decodes an image file of any `ImageFormat`.
  ///
  /// - Parameter path: a regular file, or a symbolic link to one.
  /// - Throws: `InputError`.
  public init(
    contentsOf path: String, options: DecodeOptions = DecodeOptions()
  ) throws(InputError) {
    self = try ImageError.publicly { () throws(ImageError) in
      try Image.decode(contentsOf: path, options: options).image
    }
  }

  /// Decodes an image file in memory.
  ///
  /// - Parameter name: how errors call the image.
  /// - Throws: `InputError`.
  public init(
    bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions = DecodeOptions()
  ) throws(InputError) {
    self = try ImageError.publicly { () throws(ImageError) in
      try Image.decode(bytes, name: name, options: options).image
    }
  }

  /// Decodes an image file in memory.
  ///
  /// - Parameter name: how errors call the image.
  /// - Throws: `InputError`.
  public init(
    bytes: [UInt8], name: String, options: DecodeOptions = DecodeOptions()
  ) throws(InputError) {
    self = try bytes.withBytes { (bytes) throws(InputError) in
      try Image(bytes: bytes, name: name, options: options)
    }
  }

  /// Decodes a file and says what was odd about it.
  package static func decode(
    contentsOf path: String, options: DecodeOptions = DecodeOptions()
  ) throws(ImageError) -> DecodedImage {
    try CompressedImage(contentsOf: path).decodeFile(options)
  }

  /// Decodes bytes and says what was odd about them.
  package static func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions = DecodeOptions()
  ) throws(ImageError) -> DecodedImage {
    guard !bytes.isEmpty else {
      throw .empty(name: name)
    }
    guard bytes.count <= options.limits.bytes else {
      throw .exceedsLimit(
        name: name, what: "\(bytes.count) bytes", limit: "\(options.limits.bytes) bytes")
    }
    var window = ByteWindow(bytes)
    let format = try ImageFormat.detect(&window, name: name)
    return try format.decode(bytes, name: name, options: options)
  }
}
