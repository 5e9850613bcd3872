import VitSystem

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Image {
  /// Decodes the image file at a `file:` URL.
  ///
  /// - Throws: `InputError`; of the kind `.unsupported` for a URL that is none of a file: nothing is
  ///   downloaded.
  public init(contentsOf url: URL, options: DecodeOptions = DecodeOptions()) throws(InputError) {
    try self.init(contentsOf: url.filePath(), options: options)
  }

  /// Decodes an image file in memory.
  ///
  /// - Parameter name: how errors call the image.
  /// - Throws: `InputError`.
  public init(
    data: Data, name: String, options: DecodeOptions = DecodeOptions()
  ) throws(InputError) {
    let result = data.withUnsafeBytes { bytes in
      Result { () throws(InputError) in
        try Image(bytes: bytes, name: name, options: options)
      }
    }
    self = try result.get()
  }
}

extension URL {
  /// The path of a `file:` URL.
  ///
  /// - Throws: `InputError` of the kind `.unsupported` for any other.
  package func filePath() throws(InputError) -> String {
    guard isFileURL else {
      throw InputError(
        absoluteString, .unsupported, reason: "not the URL of a file",
        remedy: "download it first, and give its bytes")
    }
    return path(percentEncoded: false)
  }
}
