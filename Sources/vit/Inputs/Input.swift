/// One image to be done, or one that failed before it could be opened.
struct Input {
  enum Source {
    case file
    case standardInput
    /// Not an image, for this reason.
    case failed(String)
  }

  /// As it is written in results.
  let name: String
  let source: Source

  static func failed(_ name: String, _ reason: String) -> Input {
    Input(name: name, source: .failed(reason))
  }
}
