import ArgumentParser
import VitImage
import VitTensor

struct BenchDecode: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Measure reading images: from a file to upright RGB pixels, on one thread.",
    discussion: """
      EXAMPLES
        vit bench decode photo.jpg
        vit bench decode --format json *.jpg

      FORMATS
        json, jsonl   {"input", "stage", "width_px", "height_px", "file_bytes",
                      "images_per_second", "p50_ms", "best_ms", "p95_ms",
                      "processor_ms", "runs", "megapixels_per_second",
                      "peak_memory_bytes", "kernel_set", "threads", "processor"};
                      processor_ms is that of all threads for one run
      """)

  @Argument(help: ArgumentHelp("Image files.", valueName: "files"))
  var files: [String]

  @OptionGroup(title: "Measuring") var options: BenchOptions
  @OptionGroup(title: "Results") var output: OutputOptions
  @OptionGroup(title: "Decoding") var decoding: DecodeFlags

  func validate() throws { _ = try BenchWriter.format(output) }

  func run() throws {
    // So many it takes, and so many the results name.
    ThreadPool.shared.setThreadCount(1)
    let decodeOptions = try decoding.decodeOptions(resize: .shortestEdge(224))
    var writer = try ImageStageWriter(output, files: files)
    for file in files {
      writer.measure(file) {
        let image = try Image.decode(contentsOf: file, options: decodeOptions).image
        return [
          try .measure("decode", of: image, file: file, seconds: options.seconds) {
            _ = try Image.decode(contentsOf: file, options: decodeOptions)
          }
        ]
      }
    }
    try writer.finish()
  }
}
