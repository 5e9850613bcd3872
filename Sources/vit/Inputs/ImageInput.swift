import VitImage

/// One image to be done, or one that failed before it could be opened.
struct ImageInput {
  enum Source {
    case file
    /// `size` bytes from `offset` on in the archive at a path.
    case member(of: String, offset: Int, size: Int)
    case standardInput
    /// Not an image, for this reason.
    case failed(String)
  }

  /// What results and messages call it: a path, `ARCHIVE/MEMBER`, or `-`.
  let name: String
  let source: Source

  static func failed(_ name: String, _ reason: String) -> ImageInput {
    ImageInput(name: name, source: .failed(reason))
  }

  /// Finds the image's bytes; those of standard input are read.
  ///
  /// - Parameter limit: the most bytes that are read from standard input.
  /// - Throws: `InputFailure` or `ImageError`.
  func open(limit: Int) throws -> CompressedImage {
    switch source {
    case .failed(let reason): throw InputFailure(reason: reason)
    case .file: return try CompressedImage(contentsOf: name)
    case .member(let path, let offset, let size):
      return try CompressedImage(partOf: path, offset: offset, count: size, name: name)
    case .standardInput:
      return CompressedImage(bytes: try StandardInput.readAll(limit: limit), name: name)
    }
  }
}
