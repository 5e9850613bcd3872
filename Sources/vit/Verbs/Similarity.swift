import ArgumentParser
import VitImage
import VitKit

struct Similarity: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare images and texts.",
    discussion: """
      EXAMPLES
        vit similarity a.jpg b.jpg c.jpg
        vit similarity --model openai/clip-vit-base-patch32 --text "a beach" --text "a city" *.jpg
        vit similarity --format csv --output matrix.csv holiday/

      With images and texts the rows are the images and the columns the texts; else everything is
      compared with everything. The numbers are cosines, -1 to 1; 1 is the same picture.

      FORMATS
        json   {"rows": […], "columns": […], "cosine": [[…]]}, rows and columns being the inputs
               that worked; "probability": [[…]], the softmax over a row, where images meet texts;
               and "errors": [{"input", "error"}] where some did not; with --best, instead of the
               matrices, "best": [[{"column", "cosine"}]], column counting from 0
        csv    a row an input; the first row and the first column are names
      """)

  @OptionGroup(title: "Inputs") var inputs: InputOptions
  @OptionGroup(title: "Texts") var texts: TextOptions
  @OptionGroup(title: "Results") var output: OutputOptions

  @Option(help: ArgumentHelp("Only the best columns of each row, best first.", valueName: "count"))
  var best: Int?

  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Decoding") var decoding: DecodeFlags

  func validate() throws {
    if texts.isEmpty { try inputs.requireImages() }
    if let best, best < 1 { throw ValidationError("--best must be at least 1") }
    _ = try format()
  }

  func run() throws {
    let console = model.console()
    var run = ImageRun(options: model, console: console)
    let format = try format()
    let decodeOptions = try decoding.decodeOptions()
    let model = try run.load(
      towers: texts.isEmpty ? .image : inputs.isEmpty ? .text : .all)
    let texts = try texts.resolved()
    var source = try inputs.source(streams: false, console: console)
    let sink = try ResultSink(path: output.output)
    var names: [String] = []
    var vectors: [[Float]] = []
    var failures: [(input: String, reason: String)] = []
    try run.run(
      &source, preparation: Preparation(options: decodeOptions) { try model.preprocess($0) },
      encode: { try model.embeddings(pixels: $0, normalized: true) },
      emit: { input, result in
        switch result {
        case .success(let vector):
          names.append(input.name)
          vectors.append(vector)
        case .failure(let failure): failures.append((input.name, failure.reason))
        }
      })
    var textVectors: [[Float]] = []
    try run.embed(texts, model: model, normalized: true) { textVectors.append($1) }
    let matrix: SimilarityMatrix
    if texts.isEmpty {
      matrix = SimilarityMatrix(
        rows: names, columns: names, cosines: model.cosines(vectors, vectors), best: best,
        failures: failures)
    } else if inputs.isEmpty {
      matrix = SimilarityMatrix(
        rows: texts, columns: texts, cosines: model.cosines(textVectors, textVectors), best: best,
        failures: [])
    } else {
      matrix = SimilarityMatrix(
        rows: names, columns: texts, cosines: model.cosines(vectors, textVectors),
        scale: model.logitScale, best: best, failures: failures)
    }
    try matrix.write(format: format, to: sink)
    try sink.finish()
    try run.finish()
  }

  private func format() throws -> OutputFormat {
    try output.resolved(default: .table, among: [.table, .json, .csv])
  }
}
