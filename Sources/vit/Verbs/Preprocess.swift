import ArgumentParser
import VitCheckpoint
import VitImage
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

  @OptionGroup(title: "Model") var model: ModelOptions
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
    let console = model.console()
    var run = ImageRun(options: model, console: console)
    let model = try run.describe()
    let source = try inputs.source(streams: false, console: console)
    if isPNG {
      try writePNG(source, model: model, run: &run)
    } else {
      try writeNPY(source, model: model, run: &run)
    }
    try run.finish()
  }

  private func writePNG(
    _ source: InputSource, model: DescribedModel, run: inout ImageRun
  ) throws {
    guard source.total == 1 else {
      throw ValidationError("a .png holds one image; name one, or write a .npy")
    }
    let sink = try ResultSink(path: output)
    try run.run(
      source,
      preparation: Preparation(decoding, memory, for: model.info) {
        try encodePNG(try model.croppedImage($0))
      },
      encode: { $0 },
      emit: { _, result in
        guard case .success(let bytes) = result else { return }
        try bytes.withUnsafeBytes { try sink.write($0) }
        try sink.finish()
      })
  }

  private func writeNPY(
    _ source: InputSource, model: DescribedModel, run: inout ImageRun
  ) throws {
    let isAlone = source.total == 1
    let sink = try ResultSink(path: output)
    var shape: [Int] = []
    var images = 0
    try run.run(
      source,
      preparation: Preparation(decoding, memory, for: model.info) { try model.preprocess($0) },
      encode: { $0 },
      emit: { _, result in
        guard case .success(let pixels) = result else { return }
        if images == 0 {
          shape = [3, pixels.height, pixels.width]
          try NPY.header(shape: isAlone ? shape : [0] + shape).withUnsafeBytes {
            try sink.write($0)
          }
        }
        images += 1
        try pixels.values.withUnsafeBytes { try sink.write($0) }
      })
    guard images > 0 else { return }
    if !isAlone { try sink.overwrite(NPY.header(shape: [images] + shape), at: 0) }
    try sink.finish()
  }
}
