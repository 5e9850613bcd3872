/// One image to be done, or one that failed before it could be opened.
struct Input {
  enum Source {
    case file
    /// In an archive, so many bytes from an offset on.
    case member(of: String, offset: Int, size: Int)
    /// A tar archive, whose members take its place when it is reached.
    case archive
    case standardInput
    /// Not an image, for this reason.
    case failed(String)
  }

  /// As it is written in results.
  let name: String
  let source: Source

  var isArchive: Bool {
    if case .archive = source { true } else { false }
  }

  static func failed(_ name: String, _ reason: String) -> Input {
    Input(name: name, source: .failed(reason))
  }
}
