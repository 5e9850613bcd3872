import ArgumentParser
import VitImage
import VitKit

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what a model is, or a photograph, before it is decoded.",
    discussion: """
      Of a model the architecture, the preprocessing, the size and the tensors; of an image file the \
      format, the size, the bits, the colours, the profile, the orientation, the frames and a camera's \
      preview, from its headers alone.

      EXAMPLES
        vit inspect
        vit inspect photo.heic
        vit inspect path/to/model
        vit inspect google/vit-base-patch16-224 --format json
        vit inspect path/to/model.safetensors --tensors

      FORMATS
        json   one object of flat keys; of a model also tensors: [{"name", "data_type",
               "shape"}]; of a photograph {"input", "format", "width_px", "height_px",
               "bits_per_channel", "color", "has_alpha", "profile", "orientation",
               "frame_count", "preview_width_px", "preview_height_px"}
      """)

  @Argument(
    help: ArgumentHelp(
      "The model, as --model takes it, or an image file.", valueName: "model-or-image"),
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
    if let name, Image.isMeant(by: name) { return try inspectImage(name) }
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

  private func inspectImage(_ path: String) throws {
    guard !tensors else {
      throw ValidationError("\(path) is an image, and --tensors lists those of a model")
    }
    let report: ImageReport
    do { report = ImageReport(path, try Image.info(contentsOf: path)) } catch {
      let failure = InputFailure(error, name: path)
      throw CommandFailure(.inputFailed, Console.line(name: path, reason: failure.reason))
    }
    let sink = try ResultSink(path: output.output)
    switch try format() {
    case .json: try sink.write(report.json.text + "\n")
    default: try sink.write(report.table)
    }
    try sink.finish()
  }

  private func format() throws -> OutputFormat {
    try output.resolved(default: .table, among: [.table, .json])
  }
}
