import ArgumentParser
import VitKit

struct Similarity: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare images and texts.",
    discussion: """
      EXAMPLES
        vit similarity a.jpg b.jpg c.jpg
        vit similarity --model openai/clip-vit-base-patch32 --text "a beach" --text "a city" *.jpg
        vit similarity --text "a beach" --best 5 holiday/
        vit similarity --vectors holiday.npy --best 5 photo.jpg
        vit similarity --vectors vectors/ --best 5 --text "a beach"
        vit similarity --vectors queries.npy --vectors vectors/ --best 5
        vit similarity --format csv --output matrix.csv holiday/

      With images and texts the rows are the images and the columns the texts; else everything is \
      compared with everything. The numbers are cosines, -1 to 1; 1 is the same picture.

      With --best or --threshold each query is answered by the inputs that are nearest to it, best \
      first: each text by images where there are both, each image or text by the --vectors where they \
      are given, the first --vectors by the second; within one set each by the others. Vectors are gone \
      through block by block, a folder of them, as vit embed writes it in parts, however large it is.

      FORMATS
        json   {"rows": […], "columns": […], "cosine": [[…]]}, rows and columns being
               the inputs that worked; "probability": [[…]], the softmax over a row,
               where images meet texts; with --best or --threshold instead
               {"queries": […], "best": [[{"input", "cosine"}]]}; and "errors":
               [{"input", "error"}] where some did not
        jsonl  with --best or --threshold: {"query", "best": [{"input", "cosine"}]},
               a line a query; {"input", "error"} where an input failed
        csv    a row an input; the first row and the first column are names; with
               --best or --threshold query,rank,input,cosine
      """)

  @OptionGroup(title: "Inputs") var inputs: InputOptions
  @OptionGroup(title: "Texts") var texts: TextOptions
  @OptionGroup(title: "Results") var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "Compare with the vectors that vit embed wrote: .npy, .safetensors, .csv, .jsonl, .json or a "
        + "folder of parts; an .npy of another program too. "
        + "Given twice, the first are the rows and no model is needed.",
      valueName: "file"),
    completion: .file())
  var vectors: [String] = []

  @Option(
    help: ArgumentHelp("Only so many of the nearest to each query, best first.", valueName: "count")
  )
  var best: Int?

  @Option(
    help: ArgumentHelp(
      "Only what is as near to each query as this cosine, -1 to 1, or nearer; best first.",
      valueName: "cosine"))
  var threshold: Float?

  @OptionGroup(title: "Model") var options: ModelOptions
  @OptionGroup(title: "Decoding") var decoding: DecodeFlags
  @OptionGroup(title: "Decoding") var memory: MemoryOptions

  func validate() throws {
    if texts.isEmpty && vectors.isEmpty { try inputs.requireImages() }
    guard vectors.isEmpty || sides <= 2 else {
      throw ValidationError("--vectors goes with images, with texts or with other --vectors")
    }
    if let best, best < 1 { throw ValidationError("--best must be at least 1") }
    if let threshold, !(-1...1).contains(threshold) {
      throw ValidationError("--threshold must be a cosine, -1 to 1")
    }
    if !isSearch, vectors.contains(where: Self.isFolder) {
      throw ValidationError("a folder of --vectors goes with --best or --threshold")
    }
    _ = try format()
  }

  /// Images, texts and files of vectors.
  private var sides: Int { [!inputs.isEmpty, !texts.isEmpty].filter { $0 }.count + vectors.count }

  /// Whether each query is answered by what is nearest to it, not by a matrix.
  private var isSearch: Bool { best != nil || threshold != nil }

  private static func isFolder(_ path: String) -> Bool {
    if case .folder = FileKind(path: path) { true } else { false }
  }

  func run() throws {
    try options.threads.apply()
    let format = try format()
    let saved = try vectors.map(Self.read)
    if saved.count == 2 { try Self.told { try saved[1].requireComparable(saved[0]) } }
    let sink = try ResultSink(path: output.output)
    let report = WorkReport(console: options.console(), timing: options.timing)
    for notice in saved.compactMap(\.notice) { report.console.notice(notice) }
    for (path, saved) in zip(vectors, saved) where !saved.isComplete {
      report.console.warning(
        "\(path): its run was interrupted; only the inputs that were done are compared")
    }
    let (images, sentences) = (VectorList(), VectorList())
    var scale: Float?
    if !inputs.isEmpty || !texts.isEmpty {
      var options = options
      if let path = vectors.last, let saved = saved.last {
        try options.takeModel(thatMade: saved.provenance, path: path)
      }
      let model = try options.load(
        towers: texts.isEmpty ? .image : inputs.isEmpty ? .text : .all, prefersTexts: true,
        report: report)
      if !texts.isEmpty { try options.requireTextTower(model) }
      if let saved = saved.last {
        // Before the images are embedded, which may take long.
        let identity = try ModelIdentity(model.described)
        try Self.told {
          try saved.requireComparable(identity, size: model.info.embeddingSize)
        }
      }
      if !inputs.isEmpty { try embedImages(model, into: images, report: report) }
      try TextEmbedding(model: model, normalized: true, writer: sentences, report: report)
        .run(texts.resolved())
      scale = inputs.isEmpty || texts.isEmpty ? nil : model.logitScale
    }
    do {
      try Self.told {
        var sets = saved
        if !texts.isEmpty { sets.insert(try sentences.embeddings(), at: 0) }
        if !inputs.isEmpty { sets.insert(try images.embeddings(), at: 0) }
        if isSearch {
          // Images and texts: the question is which images fit a text.
          if !inputs.isEmpty && !texts.isEmpty { sets.swapAt(0, 1) }
          try search(sets, images.failures).write(format: format, to: sink)
        } else {
          try SimilarityMatrix(
            rows: sets[0], columns: sets[sets.count - 1], scale: scale, failures: images.failures
          ).write(format: format, to: sink)
        }
      }
      try sink.finish()
    } catch is CancellationError {
      // Interrupted: the report says so.
    }
    try report.finish()
  }

  /// The nearest to each of the first set among the last; within one set each one's others.
  private func search(
    _ sets: [Embeddings], _ failures: [(input: String, reason: String)]
  ) throws -> BestMatches {
    let (queries, candidates) = (sets[0], sets[sets.count - 1])
    let found = try candidates.nearest(
      to: queries, count: best, threshold: threshold,
      leavingOut: sets.count == 1 ? .sameRow : .nothing,
      isCancelled: { Interrupt.isRequested })
    return BestMatches(queries: try queries.names, best: found, failures: failures)
  }

  private static func read(_ path: String) throws -> Embeddings {
    try told { try Embeddings(contentsOf: path) }
  }

  /// Ends the command where the library refuses vectors.
  private static func told<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as InputError {
      throw CommandFailure(error.problem == .missing ? .missing : .unusable, "\(error)")
    }
  }

  private func embedImages(
    _ model: Model, into images: VectorList, report: WorkReport
  ) throws {
    let work = try ImageWork(
      try inputs.source(streams: false, console: report.console), for: model.info,
      decoding: decoding, memory: memory, batchSize: options.batchSize, report: report)
    try EmbedStages(work, model: model, normalized: true, writer: images).run()
  }

  private func format() throws -> OutputFormat {
    try output.resolved(
      default: .table, among: isSearch ? [.table, .json, .jsonl, .csv] : [.table, .json, .csv])
  }
}
