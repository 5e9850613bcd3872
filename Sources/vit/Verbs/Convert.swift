import ArgumentParser
import VitBoxModel
import VitKit
import VitModel
import VitSystem
import VitTensor

struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model with its weights ready for the kernels, in one precision.",
    discussion: """
      The linear layers are packed as this processor's kernels read them: loading maps them and \
      computes nothing. Vectors have the same bits as those of the original at that precision. The \
      folder holds the model's own configuration, preprocessing and tokeniser beside the weights, \
      and goes where --model takes a folder. On a processor whose kernels pack in another way \
      loading costs a copy. Prints the folder.

      EXAMPLES
        vit convert openai/clip-vit-base-patch32 --precision int8 --output clip-int8
        vit classify --model clip-int8 --labels "cat, dog" photo.jpg
        vit convert box --precision bfloat16 --output tiny-bfloat16
        vit inspect clip-int8

      FORMATS
        json   {"model", "path", "precision"}
      """)

  @Argument(help: ArgumentHelp("The model, as --model takes it.", valueName: "model"))
  var name: String

  @Option(
    help: ArgumentHelp(
      "float32, bfloat16, int8, or auto: bfloat16 where the processor has instructions for it, "
        + "else float32.", valueName: "precision"),
    completion: .list(LoadOptions.Precision.allCases.map(\.rawValue)))
  var precision: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The folder to make; nothing may be there.", valueName: "folder"),
    completion: .directory)
  var output: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The form of the result.", valueName: "format"))
  var format: OutputFormat = .table

  @OptionGroup(title: "Weights") var weights: WeightsOptions

  @OptionGroup(title: "Threads") var threads: ThreadOptions

  @OptionGroup(title: "Hub") var hub: HubOptions

  @OptionGroup(title: "Progress") var timing: TimingOptions

  @Flag(name: .shortAndLong, help: "No progress; failures are still told.")
  var quiet = false

  func validate() throws {
    _ = try resolvedPrecision()
    guard [.table, .json].contains(format) else {
      throw ValidationError("no \(format.rawValue) here; --format is one of table, json")
    }
  }

  func run() throws {
    let console = Console(isQuiet: quiet, isVerbose: false)
    try threads.apply()
    let precision = try resolvedPrecision()
    let weights = try weights.resolved()
    var times = StageTimes()
    do {
      // Packing goes on while the file is written.
      try times.load.measure {
        if name == Model.boxName && !FileSystem.exists(name) {
          try Model.convertBox(to: output, precision: precision, weights: weights)
        } else {
          _ = try hub.locate(name, quiet: quiet)
          try Model.convert(name, to: output, precision: precision, weights: weights)
        }
      }
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      let error = publicError(error)
      if (error as? RequestError)?.problem == .cannotWrite {
        throw CommandFailure(.cannotWrite, "\(error)")
      }
      throw CommandFailure(.unusable, "\(error)")
    }
    let sink = try ResultSink(path: nil)
    switch format {
    case .json:
      let object = JSONText.object([
        ("model", .string(name)), ("path", .string(output)),
        ("precision", .string(precision.rawValue)),
      ])
      try sink.write(object.text + "\n")
    default: try sink.write(path: output)
    }
    try sink.finish()
    times.noteResult()
    timing.report(times, to: console)
  }

  private func resolvedPrecision() throws -> LoadOptions.Precision {
    guard let value = LoadOptions.Precision(rawValue: precision) else {
      throw ValidationError(
        "\(precision) is not a precision to convert to; choose float32, bfloat16, int8 or auto")
    }
    // What was chosen is told, and written.
    return LoadOptions.Precision(rawValue: value.resolved.rawValue)!
  }
}
