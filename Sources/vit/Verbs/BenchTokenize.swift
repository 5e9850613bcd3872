import ArgumentParser
import VitTensor
import VitText

struct BenchTokenize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Measure turning texts into token ids, on one thread.",
    discussion: """
      EXAMPLES
        vit bench tokenize --tokenizer path/to/model captions.txt

      FORMATS
        json, jsonl   {"input", "text_count", "token_count", "texts_per_second",
                      "first_pass_ms", "p50_ms", "best_ms", "p95_ms", "processor_ms",
                      "runs", "kernel_set", "threads", "processor"}; times are of the
                      whole file, on one thread; first_pass_ms is that of a tokeniser
                      that has met no word yet, the best of five
      """)

  @Argument(help: ArgumentHelp("Text files, a text a line.", valueName: "files"))
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "A folder or file of a tokeniser, or a name on the Hub.", valueName: "tokenizer"),
    completion: .file())
  var tokenizer: String

  @OptionGroup(title: "Measuring") var options: BenchOptions
  @OptionGroup(title: "Results") var output: OutputOptions
  @OptionGroup(title: "Hub") var hub: HubOptions

  func validate() throws { _ = try BenchWriter.format(output) }

  func run() throws {
    // So many it takes, and so many the results name.
    ThreadPool.shared.setThreadCount(1)
    var writer = try BenchWriter(
      output,
      columns: [
        .text("input", max(5, files.map(\.count).max() ?? 0)), .number("texts", 8),
        .number("tokens", 9), .number("texts/s", 10), .number("first ms", 9),
      ] + BenchWriter.timeColumns)
    for file in files {
      let texts = try TextLines.read(file)
      guard !texts.isEmpty else {
        throw CommandFailure(.unusable, "\(file): has no texts; write one a line")
      }
      // A tokeniser remembers words; fresh ones tell how long a first pass takes.
      let fresh = try (0..<5).map { _ in try hub.tokenizer(self.tokenizer, quiet: false) }
      var (first, tokens) = (Double.infinity, 0)
      for tokenizer in fresh {
        let start = ContinuousClock.now
        tokens = texts.reduce(0) { $0 + tokenizer.encode($1).ids.count }
        first = min(first, (ContinuousClock.now - start).seconds)
      }
      let tokenizer = fresh[0]
      let timings = try Timings.measure(seconds: options.seconds) {
        for text in texts { _ = tokenizer.encode(text) }
      }
      let rate = timings.rate * Double(texts.count)
      try writer.append(
        [
          ("input", .string(file)), ("text_count", .number(texts.count)),
          ("token_count", .number(tokens)), ("texts_per_second", .number(rate)),
          ("first_pass_ms", .number(1000 * first)),
        ] + timings.members,
        cells: [file, "\(texts.count)", "\(tokens)", decimals(rate, 0), milliseconds(first)]
          + timings.cells)
    }
    try writer.finish()
  }
}
