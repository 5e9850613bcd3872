import VitSystem

extension RegularFile {
  /// The largest file of a tokeniser that is read: twenty times a `tokenizer.json` of CLIP.
  private static let tokenizerLimit = 64 << 20

  /// All bytes of one of a tokeniser's files.
  ///
  /// - Throws: `TokenizerError.unreadable`.
  static func tokenizerContents(of path: String) throws(TokenizerError) -> [UInt8] {
    do throws(SystemError) {
      return try contents(of: path, limit: tokenizerLimit)
    } catch {
      throw .unreadable(file: path, reason: error.reason)
    }
  }
}
