import ArgumentParser

/// Texts, for models that have a text tower.
struct TextOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A text; repeatable.", valueName: "text"))
  var text: [String] = []

  @Option(help: ArgumentHelp("Texts, one a line.", valueName: "file"))
  var textsFile: String?

  var isEmpty: Bool { text.isEmpty && textsFile == nil }

  func resolved() throws -> [String] {
    try text + (textsFile.map(TextLines.read) ?? [])
  }
}
