import ArgumentParser
import VitBoxModel
import VitImage
import VitKit
import VitSystem

struct BenchPreprocess: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preprocess",
    abstract: "Measure making a model's input: resize, crop, normalise.",
    discussion: """
      Two rows an image: preprocess, from pixels in memory, and decode_and_preprocess, from the \
      file.

      EXAMPLES
        vit bench preprocess photo.jpg
        vit bench preprocess --model google/vit-base-patch16-224 --format json photo.jpg

      FORMATS
        json, jsonl   as vit bench decode; stage tells the row
      """)

  @Argument(help: ArgumentHelp("Image files.", valueName: "files"))
  var files: [String]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The model whose preprocessing is done. (VIT_MODEL; default: box)", valueName: "model"))
  var model: String?

  @OptionGroup(title: "Measuring") var options: BenchOptions
  @OptionGroup(title: "Measuring") var threads: ThreadOptions
  @OptionGroup(title: "Results") var output: OutputOptions
  @OptionGroup(title: "Hub") var hub: HubOptions
  @OptionGroup(title: "Decoding") var decoding: DecodeFlags

  func validate() throws { _ = try BenchWriter.format(output) }

  func run() throws {
    try threads.apply()
    let model = try BenchModel(
      name: model ?? Environment["VIT_MODEL"] ?? Model.boxName, hub: hub
    ).describe()
    let decodeOptions = try decoding.decodeOptions(
      resize: model.info.image?.preprocessing.resize)
    var writer = try ImageStageWriter(output, files: files)
    for file in files {
      writer.measure(file) {
        let image = try Image.decode(contentsOf: file, options: decodeOptions).image
        return [
          try .measure("preprocess", of: image, file: file, seconds: options.seconds) {
            _ = try model.preprocess(image)
          },
          try .measure("decode_and_preprocess", of: image, file: file, seconds: options.seconds) {
            _ = try model.preprocess(
              Image.decode(contentsOf: file, options: decodeOptions).image)
          },
        ]
      }
    }
    try writer.finish()
  }
}
