import VitText

extension ModelSource {
  /// The folder's tokeniser, or the library's where it brings none.
  func tokenizer(
    layout: Tokenizer.Layout, contextLength: Int, clean: Tokenizer.Clean = .lower
  ) throws -> Tokenizer {
    // A tokeniser cuts to the model's context, and needs room for the start and the end.
    let length = max(2, contextLength)
    if layout == .huggingFace, let folder, Tokenizer.exists(in: folder) {
      var tokenizer = try Tokenizer.load(folder: folder, contextLength: length)
      tokenizer.contextLength = min(tokenizer.contextLength, length)
      return tokenizer
    }
    return try Tokenizer.bundled(layout, contextLength: length, clean: clean)
  }
}
