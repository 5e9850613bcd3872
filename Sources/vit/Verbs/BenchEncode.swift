import ArgumentParser
import VitBoxModel
import VitKit
import VitModel
import VitSystem
import VitTensor

struct BenchEncode: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Measure image and text towers, from pixels or ids to the pooled vector.",
    discussion: """
      The arithmetic is that of linear layers and attention, a multiplication and an addition each \
      for two operations; of the last block only what pooling reads is computed, and counted. It \
      is compared with the peak, the rate of a loop that works in registers only, of the same \
      precision; and with the limit, the slower of that peak and of reading the packed weights \
      once from memory. Both are measured in the same run, before and after the model. What is not \
      in int8 (attention) counts against the int8 peak too; int8_share says how much is. A model \
      with both towers is measured by its image tower; text towers get captions that are all of \
      one length.

      EXAMPLES
        vit bench encode --model vit-base-32 --batch-size 1,8 --precision float32,bfloat16,int8
        vit bench encode --model box --model vit-tiny --format json
        vit bench encode --model clip-vit-base-32-text --batch-size 1,64 --caption-tokens 16

      FORMATS
        json, jsonl   {"model", "precision", "batch_size", "images_per_second",
                      "p50_ms", "best_ms", "p95_ms", "processor_ms", "runs",
                      "peak_fraction", "limit_fraction", "p50_peak_fraction",
                      "p50_limit_fraction", "operations_per_second",
                      "peak_operations_per_second", "memory_bytes_per_second",
                      "multiply_adds_per_image", "int8_share", "weight_bytes",
                      "peak_memory_bytes", "kernel_set", "threads", "processor"};
                      fractions take the best run, those with p50_ the median; times
                      are of a batch, processor_ms of all threads; text towers have
                      texts_per_second, multiply_adds_per_text and tokens_per_text
                      instead
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A preset with random weights (\(BenchModel.presets)), or a model as for the other verbs; "
        + "repeatable. (VIT_MODEL; default: box)", valueName: "model"))
  var model: [String] = []

  @Option(help: ArgumentHelp("Images or texts that go through at once.", valueName: "counts"))
  var batchSize = NumberList([1, 8])

  @Option(
    help: ArgumentHelp(
      "Length of the captions for a text tower, start and end included.", valueName: "count"))
  var captionTokens = 16

  @Option(
    help: ArgumentHelp(
      "float32, bfloat16, int8 or auto. (VIT_PRECISION; default: float32, or what the model was "
        + "converted to)", valueName: "precisions"))
  var precision: PrecisionList?

  @OptionGroup(title: "Measuring") var options: BenchOptions
  @OptionGroup(title: "Measuring") var threads: ThreadOptions
  @OptionGroup(title: "Measuring") var timing: TimingOptions
  @OptionGroup(title: "Results") var output: OutputOptions
  @OptionGroup(title: "Hub") var hub: HubOptions

  func validate() throws {
    guard (2...4096).contains(captionTokens) else {
      throw ValidationError("--caption-tokens must be 2 to 4096")
    }
    _ = try precisions()
    _ = try BenchWriter.format(output)
  }

  func run() throws {
    try threads.apply()
    let models = model.isEmpty ? [Environment["VIT_MODEL"] ?? Model.boxName] : model
    let longest = models.map(\.count).max() ?? 0
    var writer = try BenchWriter(
      output,
      columns: [
        .text("model", max(longest, 5)), .text("precision", 9), .number("batch", 5),
        .number("items/s", 9),
      ] + BenchWriter.timeColumns + ProcessorLimits.columns + [
        .number("int8", 7), .number("peak MB", 8),
      ])
    var limits = ProcessorLimits()
    var times = StageTimes()
    for name in models {
      for precision in try precisions() {
        let (tower, precision) = try times.load.measure {
          try BenchModel(name: name, hub: hub).tower(
            precision: precision, captionTokens: captionTokens)
        }
        try limits.measurePeak(precision)
        limits.measureBandwidth(ofWeights: tower.packedBytes)
        let measured = try times.encode.measure {
          try batchSize.values.map {
            (batch: $0, try tower.measure(batch: $0, seconds: options.seconds))
          }
        }
        try limits.measurePeak(precision)
        limits.measureBandwidth(ofWeights: tower.packedBytes)
        for (batch, (timings, memory)) in measured {
          try Row(
            model: name, precision: precision, tower: tower, batch: batch, timings: timings,
            peakMemory: memory
          ).write(to: &writer, limits: limits)
          times.noteResult()
        }
      }
    }
    try writer.finish()
    timing.report(times, to: Console(isQuiet: false, isVerbose: false))
  }

  /// Nil for the model's own.
  private func precisions() throws -> [LoadOptions.Precision?] {
    if let precision { return precision.values }
    guard let name = Environment["VIT_PRECISION"] else { return [nil] }
    guard let list = PrecisionList(argument: name) else {
      throw ValidationError(
        "VIT_PRECISION is \(name), not a precision; choose float32, bfloat16, int8 or auto")
    }
    return list.values
  }

  private struct Row {
    let model: String
    let precision: Precision
    let tower: BenchTower
    let batch: Int
    let timings: Timings
    let peakMemory: Int

    func write(to writer: inout BenchWriter, limits: ProcessorLimits) throws {
      let multiplyAdds = tower.multiplyAdds()
      let int8Share = Double(tower.multiplyAdds(in: .int8)) / Double(multiplyAdds)
      let rate = timings.rate * Double(batch)
      let work = ProcessorLimits.Work(
        precision: precision, multiplyAdds: multiplyAdds * batch, weightBytes: tower.packedBytes)
      try writer.append(
        [
          ("model", .string(model)), ("precision", .string(precision.rawValue)),
          ("batch_size", .number(batch)), ("\(tower.unit)_per_second", .number(rate)),
        ] + timings.members + limits.members(timings, work) + tower.members + [
          ("int8_share", .number(int8Share)),
          ("weight_bytes", .number(tower.packedBytes)),
          ("peak_memory_bytes", .number(peakMemory)),
        ],
        cells: [model, precision.rawValue, "\(batch)", decimals(rate, 1)] + timings.cells
          + limits.cells(timings, work)
          + [decimals(100 * int8Share, 1) + " %", decimals(Double(peakMemory) / 1e6, 0)])
    }
  }
}
