import VitSystem

extension ImageError {
  /// The same for a user of the library.
  package var asPublic: InputError {
    let (name, problem): (String, InputError.Problem) =
      switch self {
      case .unreadable(let name, let reason):
        (name, reason == Self.noSuchFile ? .missing : .unreadable)
      case .empty(let name): (name, .damaged)
      case .unknownFormat(let name, _, _): (name, .unknownFormat)
      case .exceedsLimit(let name, _, _), .outOfMemory(let name): (name, .tooLarge)
      case .truncated(let name, _, _), .corrupt(let name, _, _): (name, .damaged)
      case .unsupported(let name, _, _): (name, .unsupported)
      case .missingLibrary(let name, _, _, _): (name, .missingLibrary)
      case .invalidPixels: ("image", .invalid)
      }
    return InputError(self, name: name, problem)
  }

  static let noSuchFile = "no such file; check the path"

  /// Calls `body` and throws what it throws as the public type.
  static func publicly<Result>(
    _ body: () throws(ImageError) -> Result
  ) throws(InputError) -> Result {
    do throws(ImageError) { return try body() } catch { throw error.asPublic }
  }
}
