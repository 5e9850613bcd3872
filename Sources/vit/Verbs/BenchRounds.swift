import ArgumentParser
import VitImage
import VitKit
import VitModel
import VitSystem
import VitTensor

struct BenchRounds: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rounds",
    abstract: "Measure a model whenever standard input asks, for comparing programs in turn.",
    discussion: """
      Reads lines of two numbers, images of a batch and seconds, and answers each with the times of \
      every run, from pixels to vectors, after one that does not count. Between requests it \
      sleeps: another program can be measured meanwhile on the same machine. scripts/compare-peers \
      does that.

      EXAMPLES
        printf '1 0.5\\n8 0.5\\n' | vit bench rounds --model path/to/model --precision int8

      FORMATS
        json   an object a line, {"batch_size", "precision", "kernel_set", "threads",
               "runs_ms": […]}
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A model as for the other verbs. (VIT_MODEL; default: box)", valueName: "model"),
    completion: .file())
  var model: String?

  @OptionGroup(title: "Computing") var precision: PrecisionOptions
  @OptionGroup(title: "Computing") var threads: ThreadOptions
  @OptionGroup(title: "Hub") var hub: HubOptions

  func run() throws {
    try threads.apply()
    let name = model ?? Environment["VIT_MODEL"] ?? Model.boxName
    let loaded = try BenchModel(name: name, hub: hub).load(precision: try precision.resolved())
    guard let image = loaded.info.image else {
      throw CommandFailure(.unusable, "\(name): has no image tower; name a model that has one")
    }
    let sink = try ResultSink(path: nil)
    var noise = HashedWeights()
    var pixels: [PixelTensor] = []
    let requests = try LineReader(path: "-", longest: 1 << 10, takesStandardInput: true)
    while let request = try requests.next() {
      let line = String(decoding: request.bytes, as: UTF8.self)
      if line.isEmpty { continue }
      let numbers = line.split(separator: " ")
      guard numbers.count == 2, let batch = Int(numbers[0]), (1...4096).contains(batch),
        let seconds = Double(numbers[1]), (0...3600).contains(seconds)
      else {
        throw CommandFailure(
          .unusable,
          "standard input: \"\(line)\" is no request; write images of a batch and seconds, as 8 0.5"
        )
      }
      while pixels.count < batch {
        pixels.append(
          PixelTensor(
            height: image.imageHeight, width: image.imageWidth,
            values: noise.values(3 * image.imageHeight * image.imageWidth)))
      }
      let input = Array(pixels[..<batch])
      let runs = try Self.measure(seconds: seconds) {
        _ = try loaded.embeddings(pixels: input, normalized: false)
      }
      let answer = JSONText.object([
        ("batch_size", .number(batch)), ("precision", .string(loaded.info.precision)),
        ("kernel_set", .string(KernelSet.active)),
        ("threads", .number(ThreadPool.shared.threadCount)),
        ("runs_ms", .array(runs.map { .number($0) })),
      ])
      try sink.write(answer.text + "\n")
      try sink.flush()
    }
    try sink.finish()
  }

  /// Milliseconds of each run: two at least, and as many as begin within `seconds`. One more before
  /// them wakes the threads and fills the caches that another program had.
  private static func measure(seconds: Double, _ body: () throws -> Void) throws -> [Double] {
    try body()
    var runs: [Double] = []
    let begin = ContinuousClock.now
    repeat {
      let start = ContinuousClock.now
      try body()
      runs.append((ContinuousClock.now - start).seconds * 1000)
    } while runs.count < 2 || (ContinuousClock.now - begin).seconds < seconds
    return runs
  }
}
