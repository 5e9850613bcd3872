import VitSystem

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension ImageSource {
  /// A JPEG, PNG or tar file at a `file:` URL; any other URL fails when it is its turn.
  public static func file(_ url: URL) -> ImageSource {
    guard url.isFileURL else {
      let error = InputError(
        url.absoluteString, .unsupported, reason: "not the URL of a file",
        remedy: "download it first, and give its bytes")
      return ImageSource(name: url.absoluteString, kind: .failed(error))
    }
    return .file(url.path(percentEncoded: false))
  }

  /// A JPEG or PNG file in memory.
  public static func data(_ data: Data, name: String) -> ImageSource {
    .bytes(Array(data), name: name)
  }
}
