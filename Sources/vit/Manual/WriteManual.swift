import ArgumentParser

/// Writes the man pages; `scripts/install` calls it, and help does not list it.
struct WriteManual: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write-manual",
    abstract: "Write a man page for vit and one for each verb.",
    discussion: """
      EXAMPLES
        vit write-manual share/man/man1
      """,
    shouldDisplay: false)

  @Argument(
    help: ArgumentHelp("The folder for the pages, which is there already.", valueName: "folder"),
    completion: .directory)
  var folder: String

  func run() throws {
    let tree = try CommandTree(dump: Vit._dumpHelp())
    for page in ManualPage.all(of: tree.root, version: Vit.version) {
      let sink = try ResultSink(path: "\(folder)/\(page.fileName)")
      try sink.write(page.text)
      try sink.finish()
    }
  }
}
