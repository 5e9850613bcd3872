import ArgumentParser

/// Texts, for models that have a text tower.
struct TextOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A text; repeatable.", valueName: "text"))
  var text: [String] = []

  @Option(help: ArgumentHelp("Texts, one a line.", valueName: "file"))
  var textsFile: String?

  var isEmpty: Bool { text.isEmpty && textsFile == nil }

  func validate() throws { try Self.requireUTF8(text, option: "--text") }

  /// Refuses what is not UTF-8: it would get the ids of another text, and nobody would notice.
  static func requireUTF8(_ values: [String], option: String) throws {
    if let value = values.first(where: CommandArguments.isRepaired) {
      throw ValidationError("\(option) \(value) is not UTF-8 text; convert it first")
    }
  }

  func resolved() throws -> [String] {
    guard let textsFile else { return text }
    let lines = try TextLines.read(textsFile)
    guard !lines.isEmpty else { throw CommandFailure(.unusable, "\(textsFile): no texts in it") }
    return text + lines
  }
}
