import VitSystem

/// Why an image could not be read or made. Each case names the input and prints as one line that
/// ends in what to do about it.
package enum ImageError: Error, Equatable, Sendable {
  /// The file could not be opened or read.
  case unreadable(name: String, reason: String)
  /// There are no bytes.
  case empty(name: String)
  /// The content is of no `ImageFormat`; `found` tells how it begins and what that is.
  case unknownFormat(name: String, found: String, remedy: String)
  /// A limit of `DecodeLimits` was exceeded, seen in the header before anything was decoded.
  case exceedsLimit(name: String, what: String, limit: String)
  /// The data ends before the image does.
  case truncated(name: String, format: ImageFormat, reason: String)
  /// The data contradicts its format.
  case corrupt(name: String, format: ImageFormat, reason: String)
  /// A valid file of a kind that is not decoded.
  case unsupported(name: String, format: ImageFormat, reason: String)
  /// The library that decodes the format cannot be used.
  case missingLibrary(
    name: String, format: ImageFormat, library: DecodingLibrary, reason: String)
  /// Memory for the pixels could not be had.
  case outOfMemory(name: String)
  /// Pixels handed over in memory do not form an image.
  case invalidPixels(String)
}

extension ImageError: PartedError {
  package var parts: ErrorParts {
    switch self {
    case .unreadable(let name, let reason):
      ErrorParts(name, message: reason)
    case .empty(let name):
      ErrorParts(name, "the file is empty", remedy: "copy or download it again")
    case .unknownFormat(let name, let found, let remedy):
      ErrorParts(name, "not a \(ImageFormat.listed) image (\(found))", remedy: remedy)
    case .exceedsLimit(let name, let what, let limit):
      ErrorParts(
        name, "\(what), more than the limit of \(limit)",
        remedy: "make it smaller or raise the limit")
    case .truncated(let name, let format, let reason):
      ErrorParts(
        name, "truncated \(format.name) image (\(reason))",
        remedy: "copy or download it again, or allow truncated images to use what is there")
    case .corrupt(let name, let format, let reason):
      ErrorParts(
        name, "corrupt \(format.name) image (\(reason))",
        remedy: "copy or download it again, or export it anew")
    case .unsupported(let name, let format, let reason):
      ErrorParts(
        name, "unsupported kind of \(format.name) image (\(reason))",
        remedy: "convert it to 8-bit RGB first")
    case .missingLibrary(let name, let format, let library, let reason):
      ErrorParts(
        name,
        "\(format.name) is decoded by \(library.name), which is not there (\(reason))",
        remedy: library.remedy)
    case .outOfMemory(let name):
      ErrorParts(name, "not enough memory to decode the image", remedy: "make it smaller")
    case .invalidPixels(let reason):
      ErrorParts(nil, "invalid pixels: \(reason)")
    }
  }
}
