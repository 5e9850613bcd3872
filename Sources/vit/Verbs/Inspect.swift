import ArgumentParser
import VitKit

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what a model is: architecture, preprocessing, size, tensors.",
    discussion: """
      EXAMPLES
        vit inspect
        vit inspect path/to/model
        vit inspect google/vit-base-patch16-224 --format json
        vit inspect path/to/model.safetensors --tensors

      FORMATS
        json   one object of flat keys, and tensors: [{"name", "data_type", "shape"}]
      """)

  @Argument(
    help: ArgumentHelp("The model, as --model takes it.", valueName: "model"),
    completion: .file())
  var name: String?

  @Flag(help: "List every tensor of the weights file in the table too.")
  var tensors = false

  @OptionGroup(title: "Results") var output: OutputOptions
  @OptionGroup(title: "Model") var model: ModelOptions

  func validate() throws {
    guard name == nil || model.model == nil else {
      throw ValidationError("name the model once, as an argument or with --model")
    }
    _ = try format()
  }

  func run() throws {
    let console = model.console()
    var times = StageTimes()
    let (options, name) = (model, name)
    let model = try times.load.measure {
      try options.describe(name: name)
    }
    let sink = try ResultSink(path: output.output)
    let report = try ModelReport(model)
    switch try format() {
    case .json: try sink.write(report.json.text + "\n")
    default: try sink.write(report.table(listsTensors: tensors))
    }
    try sink.finish()
    times.noteResult()
    options.timing.report(times, to: console)
  }

  private func format() throws -> OutputFormat {
    try output.resolved(default: .table, among: [.table, .json])
  }
}
