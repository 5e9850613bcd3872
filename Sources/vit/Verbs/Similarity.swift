import ArgumentParser
import VitKit

struct Similarity: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare images and texts.",
    discussion: """
      EXAMPLES
        vit similarity a.jpg b.jpg c.jpg
        vit similarity --model openai/clip-vit-base-patch32 --text "a beach" --text "a city" *.jpg
        vit similarity --vectors holiday.npy --best 5 photo.jpg
        vit similarity --vectors vectors/ --best 5 --text "a beach"
        vit similarity --vectors queries.npy --vectors vectors/ --best 5
        vit similarity --format csv --output matrix.csv holiday/

      With images and texts the rows are the images and the columns the texts; else everything is \
      compared with everything. A folder of --vectors, as vit embed writes it in parts, is gone \
      through block by block for the --best rows of each image or text, however large it is; the \
      columns are then those that were found. The numbers are cosines, -1 to 1; 1 is the same picture.

      FORMATS
        json   {"rows": […], "columns": […], "cosine": [[…]]}, rows and columns being
               the inputs that worked; "probability": [[…]], the softmax over a row,
               where images meet texts; and "errors": [{"input", "error"}] where some
               did not; with --best, instead of the matrices, "best": [[{"column",
               "cosine"}]], column counting from 0
        csv    a row an input; the first row and the first column are names
      """)

  @OptionGroup(title: "Inputs") var inputs: InputOptions
  @OptionGroup(title: "Texts") var texts: TextOptions
  @OptionGroup(title: "Results") var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "Compare with the vectors that vit embed wrote: .npy, .safetensors or a folder of parts. "
        + "Given twice, the first are the rows and no model is needed.",
      valueName: "file"),
    completion: .file())
  var vectors: [String] = []

  @Option(help: ArgumentHelp("Only the best columns of each row, best first.", valueName: "count"))
  var best: Int?

  @OptionGroup(title: "Model") var options: ModelOptions
  @OptionGroup(title: "Decoding") var decoding: DecodeFlags
  @OptionGroup(title: "Decoding") var memory: MemoryOptions

  func validate() throws {
    if texts.isEmpty && vectors.isEmpty { try inputs.requireImages() }
    let sides = [!inputs.isEmpty, !texts.isEmpty].filter { $0 }.count + vectors.count
    guard vectors.isEmpty || sides <= 2 else {
      throw ValidationError("--vectors goes with images, with texts or with other --vectors")
    }
    if columnsFolder != nil, best == nil || sides < 2 {
      throw ValidationError(
        "a folder of --vectors goes with --best, and with images, texts or other --vectors before it"
      )
    }
    if let best, best < 1 { throw ValidationError("--best must be at least 1") }
    _ = try format()
  }

  func run() throws {
    try options.threads.apply()
    let format = try format()
    let folder = try columnsFolder.map { path in
      do { return try VectorFolder(path: path) } catch let error as VectorFolderError {
        throw CommandFailure(error)
      }
    }
    let saved = folder == nil ? try vectors.last.map(SavedVectors.init(path:)) : nil
    if vectors.count == 2, case .folder = FileKind(path: vectors[0]) {
      throw CommandFailure(
        .unusable,
        "\(vectors[0]): is a folder of parts; the rows are a file, as each part-00000.npy in it is")
    }
    let savedRows = vectors.count == 2 ? try SavedVectors(path: vectors[0]) : nil
    if let savedRows {
      try SavedVectors.check(
        madeBy: savedRows.weightsHash, dimension: savedRows.vectors.first?.count,
        as: saved?.weightsHash ?? folder?.weightsHash,
        dimension: saved?.vectors.first?.count ?? folder?.embeddingSize, path: vectors[0])
    }
    let savedColumns = saved.map { VectorList($0) }
    let sink = try ResultSink(path: output.output)
    let report = WorkReport(console: options.console(), timing: options.timing)
    let (images, sentences) = (VectorList(), VectorList())
    var scale: Float?
    if !inputs.isEmpty || !texts.isEmpty {
      let model = try options.load(
        towers: texts.isEmpty ? .image : inputs.isEmpty ? .text : .all, prefersTexts: true,
        report: report)
      if !texts.isEmpty { try options.requireTextTower(model) }
      if let path = vectors.last {
        try SavedVectors.check(
          madeBy: saved?.weightsHash ?? folder?.weightsHash,
          dimension: saved?.vectors.first?.count ?? folder?.embeddingSize,
          as: try model.weightsHash(), dimension: model.info.embeddingSize, path: path)
      }
      if !inputs.isEmpty { try embedImages(model, into: images, report: report) }
      try TextEmbedding(model: model, normalized: true, writer: sentences, report: report)
        .run(texts.resolved())
      scale = model.logitScale
    }
    let rows =
      savedRows.map { VectorList($0) }
      ?? (!inputs.isEmpty ? images : !texts.isEmpty ? sentences : savedColumns ?? VectorList())
    if let folder {
      try write(
        try Self.nearest(rows, in: folder, best: best ?? 1, images.failures), format, to: sink)
      return try report.finish()
    }
    let columns = savedColumns ?? (inputs.isEmpty || texts.isEmpty ? rows : sentences)
    let imagesMeetTexts = !inputs.isEmpty && !texts.isEmpty
    let matrix = SimilarityMatrix(
      rows: rows.names, columns: columns.names,
      cosines: Model.cosines(rows.vectors, columns.vectors),
      scale: imagesMeetTexts ? scale : nil, best: best, failures: images.failures)
    try write(matrix, format, to: sink)
    try report.finish()
  }

  private func write(
    _ matrix: SimilarityMatrix, _ format: OutputFormat, to sink: ResultSink
  ) throws {
    try matrix.write(format: format, to: sink)
    try sink.finish()
  }

  /// The folder of vectors whose rows are the columns.
  private var columnsFolder: String? {
    guard let path = vectors.last, case .folder = FileKind(path: path) else { return nil }
    return path
  }

  /// The best of a folder for each row; the columns are those that any row found, in their order.
  private static func nearest(
    _ rows: VectorList, in folder: VectorFolder, best: Int,
    _ failures: [(input: String, reason: String)]
  ) throws -> SimilarityMatrix {
    do {
      let found = try folder.nearest(to: rows.vectors, count: best)
      var columns: [Int: String] = [:]
      for neighbor in found.joined() { columns[neighbor.row] = neighbor.input }
      let order = columns.keys.sorted()
      let place = Dictionary(uniqueKeysWithValues: zip(order, 0...))
      // What a row did not find is not among its best, whatever its cosine.
      var cosines = rows.vectors.map { _ in
        [Float](repeating: -.infinity, count: order.count)
      }
      for (row, neighbors) in found.enumerated() {
        for neighbor in neighbors { cosines[row][place[neighbor.row]!] = neighbor.cosine }
      }
      return SimilarityMatrix(
        rows: rows.names, columns: order.map { columns[$0]! }, cosines: cosines, best: best,
        failures: failures)
    } catch let error as VectorFolderError {
      throw CommandFailure(error)
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
    try output.resolved(default: .table, among: [.table, .json, .csv])
  }
}
