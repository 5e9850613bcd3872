import VitSystem

/// The lines of a file of texts or labels, without those that are empty.
enum TextLines {
  /// A list of a million captions is smaller.
  private static let limit = 256 << 20

  static func read(_ path: String) throws -> [String] {
    let bytes: [UInt8]
    do {
      bytes = try RegularFile.contents(of: path, limit: limit)
    } catch {
      throw CommandFailure(FileKind.exitStatus(error), "\(path): \(reason(error))")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure(.unusable, "\(path): not UTF-8 text; convert it first")
    }
    return text.split(whereSeparator: \.isNewline).map(String.init)
  }

  private static func reason(_ error: SystemError) -> String {
    switch error.cause {
    case .refused: FileKind.reason(error)
    case .notRegular: "not a regular file; give a file of one text a line"
    case .tooLarge(_, let limit): "larger than the \(limit) bytes allowed; split the list"
    }
  }
}
