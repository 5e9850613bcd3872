import VitSystem

/// Why a tokeniser cannot be had.
package enum TokenizerError: PartedError, Equatable {
  /// The file cannot be opened or read; the system's reason.
  case unreadable(file: String, reason: String)
  /// None of the files that make a tokeniser lies in the folder.
  case missing(folder: String)
  /// The file does not hold what its kind promises; `place` is a line or an offset.
  case malformed(file: String, place: String, reason: String)
  /// A kind of tokeniser that this library does not have.
  case unsupported(file: String, what: String)

  package var parts: ErrorParts {
    switch self {
    case .unreadable(let file, let reason):
      ErrorParts(
        file, "cannot be read: \(reason)", remedy: "check the path and its permissions")
    case .missing(let folder):
      ErrorParts(
        folder, "no tokeniser here",
        remedy: "it takes tokenizer.json, or vocab.json and merges.txt, or "
          + "bpe_simple_vocab_16e6.txt.gz")
    case .malformed(let file, let place, let reason):
      ErrorParts(
        file, "not a usable tokeniser file at \(place): \(reason)",
        remedy: "the file may be damaged, get it again")
    case .unsupported(let file, let what):
      ErrorParts(file, "\(what) is not supported", remedy: "tokenisers of CLIP models are")
    }
  }
}
