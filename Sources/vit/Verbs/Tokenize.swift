import ArgumentParser
import VitKit
import VitText

struct Tokenize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the ids and the pieces of texts.",
    discussion: """
      EXAMPLES
        vit tokenize --tokenizer clip-vit-base-patch32/ --text "a photo of a cat"
        vit tokenize --tokenizer openai/clip-vit-base-patch32 --text "a photo of a cat"
        vit tokenize --model openai/clip-vit-base-patch32 --texts-file captions.txt --format jsonl

      FORMATS
        json, jsonl   {"input", "ids": […], "tokens": […], "truncated"}, unpadded
      """)

  @OptionGroup(title: "Texts") var texts: TextOptions
  @OptionGroup(title: "Results") var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "A folder or file of a tokeniser, or a name on the Hub, of which only the tokeniser is "
        + "fetched.", valueName: "tokenizer"), completion: .file())
  var tokenizer: String?

  @OptionGroup(title: "Model") var model: ModelOptions

  func validate() throws {
    guard !texts.isEmpty else { throw ValidationError("no text; give --text or --texts-file") }
    guard tokenizer == nil || model.model == nil else {
      throw ValidationError("give --tokenizer or --model, not both")
    }
    _ = try format()
  }

  func run() throws {
    let format = try format()
    let console = model.console()
    var times = StageTimes()
    let tokenizer = try times.load.measure { try loadTokenizer() }
    let writer = try RecordWriter(
      format: format, sink: ResultSink(path: output.output), csvHeader: [])
    Interrupt.keepResults()
    for text in try texts.resolved() {
      if Interrupt.isRequested { break }
      let encoding = tokenizer.encode(text)
      let tokens = tokenizer.tokens(encoding.ids)
      try writer.append(
        Record(
          json: {
            .object([
              ("input", .string(text)),
              ("ids", .array(encoding.ids.map { .number(Int($0)) })),
              ("tokens", .strings(tokens)), ("truncated", .bool(encoding.truncated)),
            ])
          }, csv: { [] },
          table: {
            let lines = zip(encoding.ids, tokens).map { id, token -> TerminalText in
              "  \("\(id)".leftPadded(to: 6))  \(token)\n"
            }
            let note: TerminalText =
              encoding.truncated ? "  cut to \(encoding.ids.count) tokens\n" : ""
            return "\(text)\n\(lines.joined())\(note)"
          }))
      times.noteResult()
    }
    try writer.finish()
    model.timing.report(times, to: console)
    if Interrupt.isRequested { throw CommandFailure(.interrupted, "interrupted") }
  }

  private func loadTokenizer() throws -> Tokenizer {
    if let tokenizer { return try model.hub.tokenizer(tokenizer, quiet: model.quiet) }
    let model = try model.describe(towers: .text)
    guard let tokenizer = model.tokenizer else {
      throw CommandFailure(
        .unusable,
        "\(model.info.name): has no text encoder and so no tokeniser; give --tokenizer, or a "
          + "CLIP-style model such as openai/clip-vit-base-patch32")
    }
    return tokenizer
  }

  private func format() throws -> OutputFormat {
    try output.resolved(default: .table, among: [.table, .json, .jsonl])
  }
}
