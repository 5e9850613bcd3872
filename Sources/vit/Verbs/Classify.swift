import ArgumentParser
import VitImage
import VitJSON
import VitKit
import VitModel

struct Classify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what is in each image.",
    discussion: """
      EXAMPLES
        vit classify photo.jpg
        vit classify --top 1 --format csv --output names.csv holiday/
        vit classify --format json photo.jpg
        find . -name '*.jpg' -print0 | vit classify --format jsonl --files-from - -0
        vit classify --model openai/clip-vit-base-patch32 --labels "cat, dog" photo.jpg
        curl -s https://example.org/photo.jpg | vit classify -

      FORMATS
        json, jsonl   {"input", "classes": [{"label", "index", "score",
                      "probability"}]}, best first, or {"input", "error"}; score is
                      the logit, for labels of your own the cosine. json is one array,
                      jsonl one object a line, each as soon as it is known.
        csv           input,rank,index,label,score,probability,error
      """)

  @OptionGroup(title: "Inputs") var inputs: InputOptions
  @OptionGroup(title: "Results") var output: OutputOptions

  @Option(help: ArgumentHelp("Classes to tell for each image.", valueName: "count"))
  var top: Int = 5

  @Flag(help: "Each label for itself: probabilities by sigmoid instead of softmax.")
  var multiLabel = false

  @OptionGroup(title: "Labels") var labels: LabelOptions

  @Option(
    help: ArgumentHelp(
      "Write the model's named intermediates for the first image as safetensors.",
      valueName: "file"),
    completion: .file())
  var trace: String?

  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Decoding") var decoding: DecodeFlags
  @OptionGroup(title: "Decoding") var memory: MemoryOptions

  func validate() throws {
    try inputs.requireImages()
    guard top >= 1 else { throw ValidationError("--top must be at least 1") }
    _ = try format()
  }

  func run() throws {
    let console = model.console()
    var run = ImageRun(options: model, console: console)
    let format = try format()
    let model = try run.load(towers: .image)
    let zeroShot = try zeroShotClassifier(model, run: &run)
    run.encodesInOrder = trace != nil
    let source = try inputs.source(streams: format == .jsonl, console: console)
    let sink = try ResultSink(path: output.output)
    var writer = try RecordWriter(
      format: format, sink: sink,
      csvHeader: ["input", "rank", "index", "label", "score", "probability", "error"])
    var traceFile = trace.map { TraceFile(path: $0) }
    let table = ClassificationTable(
      usesColour: sink.isTerminal && environment("NO_COLOR") == nil,
      scores: zeroShot == nil ? .probability : multiLabel ? .cosine : .probabilityAndCosine)
    try run.run(
      source,
      preparation: Preparation(decoding, memory, for: model.info) { try model.preprocess($0) },
      encode: { pixels in
        try traceFile?.write(pixels[0], model: model)
        if let zeroShot {
          return try model.embeddings(pixels: pixels, normalized: true).map {
            zeroShot.classify($0, top: top, multiLabel: multiLabel)
          }
        }
        return try model.logits(pixels: pixels).map {
          model.rank($0, top: top, multiLabel: multiLabel)
        }
      },
      emit: { try writer.append(ClassificationRecord(input: $0.name, result: $1).record(table)) },
      flush: { try sink.flush() })
    try writer.finish()
    try run.finish()
  }

  private func format() throws -> OutputFormat {
    try output.resolved(default: .table, among: [.table, .json, .jsonl, .csv])
  }

  /// Nil where the model's own classes are wanted.
  private func zeroShotClassifier(
    _ model: Model, run: inout ImageRun
  ) throws -> ZeroShotClassifier? {
    if labels.isEmpty {
      guard model.info.classCount != nil else {
        throw CommandFailure(
          .unusable,
          "\(model.info.name): has no classification head; a CLIP-style model takes --labels, any "
            + "other one vit embed")
      }
      return nil
    }
    let names = try labels.resolvedLabels()
    let templates = try labels.resolvedTemplates()
    let cache =
      names.count * templates.count >= LabelVectorCache.leastSentences
      ? try LabelVectorCache(model: model, labels: names, templates: templates) : nil
    if let vectors = cache?.vectors(count: names.count, size: model.info.embeddingSize) {
      return model.zeroShotClassifier(labels: names, vectors: vectors)
    }
    // The text tower apart: label vectors that were kept need none.
    let texts = try run.load(towers: .text)
    guard texts.info.text != nil else {
      throw CommandFailure(
        .unusable,
        "\(model.info.name): has no text encoder, so it knows only its own classes; for labels of "
          + "your own take a CLIP-style model such as openai/clip-vit-base-patch32")
    }
    guard texts.info.embeddingSize == model.info.embeddingSize else {
      let error = ModelError.towersDisagree(
        name: model.info.name, image: model.info.embeddingSize, text: texts.info.embeddingSize)
      throw CommandFailure(.unusable, "\(error)")
    }
    do {
      let classifier = try StageTimes.measure(&run.times.encode) {
        try texts.zeroShotClassifier(labels: names, templates: templates)
      }
      cache?.store(classifier.vectors)
      return classifier
    } catch {
      throw CommandFailure(.unusable, "\(error)")
    }
  }
}

/// One image's classes in each form.
struct ClassificationRecord {
  let input: String
  let result: Result<[Classification], InputFailure>

  func record(_ table: ClassificationTable) -> Record {
    Record(
      json: { json }, csv: { csv }, table: { table.text(input: printable(input), result: result) })
  }

  private var json: JSONText {
    switch result {
    case .failure(let failure):
      .object([("input", .string(input)), ("error", .string(failure.reason))])
    case .success(let classes):
      .object([
        ("input", .string(input)),
        (
          "classes",
          .array(
            classes.map {
              .object([
                ("label", .string($0.label)), ("index", .number($0.index)),
                ("score", .number($0.score)), ("probability", .number($0.probability)),
              ])
            })
        ),
      ])
    }
  }

  private var csv: String {
    switch result {
    case .failure(let failure):
      CSVText.row([input, "", "", "", "", "", failure.reason])
    case .success(let classes):
      classes.enumerated().map { rank, item in
        CSVText.row([
          input, "\(rank + 1)", "\(item.index)", item.label, "\(item.score)",
          "\(item.probability)", "",
        ])
      }.joined()
    }
  }
}

/// The classes of an image for people: its name, then a line a class.
struct ClassificationTable {
  enum Scores {
    case probability
    /// Labels of the user's own: the cosine tells how well the best one fits at all.
    case probabilityAndCosine
    /// Labels of the user's own, each for itself.
    case cosine
  }

  let usesColour: Bool
  let scores: Scores

  func text(input: String, result: Result<[Classification], InputFailure>) -> String {
    let heading = usesColour ? "\u{1B}[1m\(input)\u{1B}[0m\n" : "\(input)\n"
    switch result {
    // Standard error has the reason.
    case .failure: return heading + "  failed\n"
    case .success(let classes):
      return heading
        + classes.map { item in
          let percent = decimals(Double(item.probability) * 100, 1).leftPadded(to: 5) + " %"
          let cosine = decimals(Double(item.score), 4).leftPadded(to: 7)
          let numbers =
            switch scores {
            case .probability: percent
            case .probabilityAndCosine: "\(percent)  \(cosine)"
            case .cosine: cosine
            }
          return "  \(numbers)  \(item.label)\n"
        }.joined()
    }
  }
}
