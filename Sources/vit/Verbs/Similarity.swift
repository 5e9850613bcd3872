import ArgumentParser
import VitImage
import VitKit

struct Similarity: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare images with each other.",
    discussion: """
      EXAMPLES
        vit similarity a.jpg b.jpg c.jpg
        vit similarity --format csv --output matrix.csv holiday/

      The numbers are cosines, -1 to 1; 1 is the same picture.

      FORMATS
        json   {"rows": […], "columns": […], "cosine": [[…]]}, rows and columns being the inputs
               that worked, and "errors": [{"input", "error"}] where some did not
        csv    a row an input; the first row and the first column are names
      """)

  @OptionGroup(title: "Inputs") var inputs: InputOptions
  @OptionGroup(title: "Results") var output: OutputOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Decoding") var decoding: DecodeFlags

  func validate() throws { _ = try format() }

  func run() throws {
    let console = model.console()
    var run = ImageRun(options: model, console: console)
    let format = try format()
    let decodeOptions = try decoding.decodeOptions()
    let model = try run.load()
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
    let matrix = SimilarityMatrix(
      rows: names, columns: names, cosines: SimilarityMatrix.cosines(vectors, vectors),
      failures: failures)
    try matrix.write(format: format, to: sink)
    try sink.finish()
    try run.finish()
  }

  private func format() throws -> OutputFormat {
    try output.resolved(default: .table, among: [.table, .json, .csv])
  }
}
