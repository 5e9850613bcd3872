import ArgumentParser
import VitText

struct BenchTokenize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Measure turning texts into token ids.",
    discussion: """
      EXAMPLES
        vit bench tokenize --tokenizer path/to/model captions.txt

      FORMATS
        json, jsonl   {"input", "text_count", "token_count", "texts_per_second", "p50_ms",
                      "best_ms", "p95_ms", "processor_ms", "runs", "kernel_set", "threads",
                      "processor"}; times are of the whole file, on one thread
      """)

  @Argument(help: ArgumentHelp("Text files, a text a line.", valueName: "files"))
  var files: [String]

  @Option(
    help: ArgumentHelp("The tokenizer's folder or file.", valueName: "path"))
  var tokenizer: String

  @OptionGroup(title: "Measuring") var options: BenchOptions
  @OptionGroup(title: "Results") var output: OutputOptions

  func validate() throws { _ = try BenchWriter.format(output) }

  func run() throws {
    try options.applyThreads()
    let tokenizer = try Self.attempt { try Tokenizer.load(self.tokenizer) }
    var writer = try BenchWriter(
      output,
      columns: [
        .text("input", max(5, files.map(\.count).max() ?? 0)), .number("texts", 8),
        .number("tokens", 9), .number("texts/s", 10),
      ] + BenchWriter.timeColumns)
    for file in files {
      let list = try InputList(path: file, separator: 0x0A)
      var texts: [String] = []
      while let line = try list.next(waits: true) { texts.append(line) }
      guard !texts.isEmpty else {
        throw CommandFailure(.unusable, "\(file): has no texts; write one a line")
      }
      let tokens = texts.reduce(0) { $0 + tokenizer.encode($1).ids.count }
      let timings = try Timings.measure(seconds: options.seconds) {
        for text in texts { _ = tokenizer.encode(text) }
      }
      let rate = timings.rate * Double(texts.count)
      try writer.append(
        [
          ("input", .string(file)), ("text_count", .number(texts.count)),
          ("token_count", .number(tokens)), ("texts_per_second", .number(rate)),
        ] + timings.members,
        cells: [file, "\(texts.count)", "\(tokens)", decimals(rate, 0)] + timings.cells)
    }
    try writer.finish()
  }

  private static func attempt<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw CommandFailure(.unusable, "\(error)") }
  }
}
