import ArgumentParser
import VitKit

struct Preprocess: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what the model sees: resized, cropped, normalised pixels.",
    discussion: """
      EXAMPLES
        vit preprocess photo.jpg --output pixels.npy
        vit preprocess photo.jpg --output seen.png
        vit preprocess --model google/vit-base-patch16-224 photo.jpg --output pixels.npy

      FORMATS
        .npy   float32 [3, height, width] of one image, [n, 3, height, width] of the
               several that worked: normalised, as the model gets them
        .png   one image after resizing and cropping, before normalisation, to look at
      """)

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The .npy or .png to write.", valueName: "file"),
    completion: .file())
  var output: String

  @OptionGroup(title: "Model") var options: ModelOptions
  @OptionGroup(title: "Decoding") var decoding: DecodeFlags
  @OptionGroup(title: "Decoding") var memory: MemoryOptions

  private var isPNG: Bool { output.lowercased().hasSuffix(".png") }

  func validate() throws {
    try inputs.requireImages()
    guard isPNG || output.lowercased().hasSuffix(".npy") else {
      throw ValidationError("--output must end in .npy or .png")
    }
  }

  func run() throws {
    let report = WorkReport(console: options.console(), timing: options.timing)
    let model = try options.describe(report: report)
    let source = try inputs.source(streams: false, console: report.console)
    guard !isPNG || source.total == 1 else {
      throw ValidationError("a .png holds one image; name one, or write a .npy")
    }
    let work = try ImageWork(
      source, for: model.info, decoding: decoding, memory: memory, batchSize: options.batchSize,
      report: report)
    let sink = try ResultSink(path: output)
    Interrupt.keepResults()
    if isPNG {
      try PictureStages(work, model: model, sink: sink).run()
    } else {
      let stages = PixelStages(work, model: model, sink: sink)
      // The results are as large as what they wait for.
      try stages.run(inOrder: true)
      try stages.finish()
    }
    try report.finish()
  }
}
