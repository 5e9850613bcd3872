import VitSystem

/// The library's remedies name its own properties; the command has options for them.
enum CommandRemedy {
  private static let options = [
    ("`LoadOptions.interpolatesPositions`", "--interpolate-positions"),
    ("`LoadOptions.precision`", "--precision"),
    ("set `Hub.isOffline` to false, or", "leave out --offline and"),
    ("set `Hub.isOffline` to true", "give --offline"),
  ]

  /// An error's text, `NAME: REASON; REMEDY`, with the command's words in the remedy.
  static func text(_ text: String) -> String {
    let (reason, remedy) = ErrorText.parts(text)
    guard !remedy.isEmpty else { return text }
    return "\(reason); "
      + options.reduce(remedy) { $0.replacing($1.0, with: $1.1) }
  }
}
