import ArgumentParser
import VitSystem

/// Texts, for models that have a text tower.
struct TextOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A text; repeatable.", valueName: "text"))
  var text: [String] = []

  @Option(
    help: ArgumentHelp(
      "Texts, one a line; row i of the results is line i, and an empty line is an empty text.",
      valueName: "file"))
  var textsFile: String?

  var isEmpty: Bool { text.isEmpty && textsFile == nil }

  func validate() throws { try Self.requireUTF8(text, option: "--text") }

  /// The texts that values of an option are. What is not UTF-8 is refused: it would get the ids of
  /// another text, and nobody would notice.
  @discardableResult
  static func requireUTF8(_ values: [String], option: String) throws -> [String] {
    try values.map { value in
      guard let text = SystemName.unicode(value) else {
        throw ValidationError(
          "\(option) \(SystemName.repaired(value)) is not UTF-8 text; convert it first")
      }
      return text
    }
  }

  func resolved() throws -> [String] {
    let text = try Self.requireUTF8(text, option: "--text")
    guard let textsFile else { return text }
    let lines = try TextLines.read(textsFile)
    guard !lines.isEmpty else { throw CommandFailure(.unusable, "\(textsFile): no texts in it") }
    return text + lines
  }
}
