import ArgumentParser
import VitKit
import VitModel
import VitSystem

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
                      the logit, for labels of your own the cosine; probability is
                      null (in csv empty) where a model gives bare numbers. json is
                      one array, jsonl one object a line, each as soon as it is known.
        csv           input,rank,index,label,score,probability,error
      """)

  @OptionGroup(title: "Inputs") var inputs: InputOptions
  @OptionGroup(title: "Results") var output: OutputOptions

  @Option(
    name: [.customShort("k"), .long],
    help: ArgumentHelp("Classes to tell for each image.", valueName: "count"))
  var top: Int = 5

  @Flag(
    help: ArgumentHelp(
      "Each label for itself: the sigmoid of the model's own classes, and of labels of your own where "
        + "the model was trained so (SigLIP); else their cosine alone."))
  var multiLabel = false

  @OptionGroup(title: "Labels") var labels: LabelOptions

  @Option(
    help: ArgumentHelp(
      "Write the model's named intermediates for the first image as safetensors.",
      valueName: "file"),
    completion: .file())
  var trace: String?

  @OptionGroup(title: "Model") var options: ModelOptions
  @OptionGroup(title: "Decoding") var decoding: DecodeFlags
  @OptionGroup(title: "Decoding") var memory: MemoryOptions

  func validate() throws {
    try inputs.requireImages()
    guard top >= 1 else { throw ValidationError("--top must be at least 1") }
    _ = try format()
  }

  func run() throws {
    let report = WorkReport(console: options.console(), timing: options.timing)
    let format = try format()
    let model = try options.load(
      towers: .image, prefersTexts: !labels.isEmpty, report: report)
    let zeroShot = try zeroShotClassifier(model, report: report)
    let source = try inputs.source(streams: format == .jsonl, console: report.console)
    let sink = try ResultSink(path: output.output)
    let writer = try RecordWriter(
      format: format, sink: sink,
      csvHeader: ["input", "rank", "index", "label", "score", "probability", "error"])
    let table = ClassificationTable(
      usesColour: sink.isTerminal && Environment["NO_COLOR"] == nil,
      namesEachLine: !sink.isTerminal,
      scores: scores(model, zeroShot))
    let work = try ImageWork(
      source, for: model.info, decoding: decoding, memory: memory, batchSize: options.batchSize,
      report: report)
    Interrupt.keepResults()
    try ClassifyStages(
      work, model: model, zeroShot: zeroShot, top: top, multiLabel: multiLabel,
      trace: trace.map { TraceFile(path: $0) }, writer: writer, table: table
    ).run(inOrder: trace != nil)
    try writer.finish()
    try report.finish()
  }

  /// What a table shows of a class.
  private func scores(
    _ model: Model, _ zeroShot: ZeroShotClassifier?
  ) -> ClassificationTable.Scores {
    guard let zeroShot else { return model.givesBareNumbers ? .number : .probability }
    return multiLabel && !zeroShot.hasOwnProbabilities ? .cosine : .probabilityAndCosine
  }

  private func format() throws -> OutputFormat {
    try output.resolved(default: .table, among: [.table, .json, .jsonl, .csv])
  }

  /// Nil where the model's own classes are wanted.
  private func zeroShotClassifier(
    _ model: Model, report: WorkReport
  ) throws -> ZeroShotClassifier? {
    if labels.isEmpty {
      guard model.info.classCount != nil else {
        throw CommandFailure(
          .unusable,
          "\(model.info.name): has no classification head; a CLIP-style model takes --labels, any "
            + "other one vit embed")
      }
      if let error = model.classesError { throw CommandFailure(.unusable, "\(error)") }
      guard !(multiLabel && model.givesBareNumbers) else {
        throw CommandFailure(
          .unusable,
          "\(model.info.name): gives bare numbers (a regression), which have no probabilities; leave "
            + "out --multi-label")
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
    let texts = try options.load(towers: .text, report: report)
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
      let classifier = try report.times.encode.measure {
        try texts.zeroShotClassifier(labels: names, templates: templates)
      }
      cache?.store(classifier.vectors)
      return classifier
    } catch {
      throw CommandFailure(.unusable, "\(error)")
    }
  }
}
