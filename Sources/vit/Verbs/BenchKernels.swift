import ArgumentParser
import VitKit
import VitModel
import VitTensor

struct BenchKernels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract: "Measure the operations that models are made of, one at a time.",
    discussion: """
      The layers of a ViT-Tiny and a ViT-Base, each alone and so with its weights in the cache. \
      VIT_KERNELS chooses the kernel set.

      EXAMPLES
        vit bench kernels
        vit bench kernels --rows 50,197 --precision bfloat16 --format json
        VIT_KERNELS=avx2 vit bench kernels

      FORMATS
        json, jsonl   {"operation", "precision", "rows", "input_size", "output_size",
                      "p50_ms", "best_ms", "p95_ms", "processor_ms", "runs",
                      "peak_fraction", "limit_fraction", "p50_peak_fraction",
                      "p50_limit_fraction", "operations_per_second",
                      "peak_operations_per_second", "memory_bytes_per_second",
                      "kernel_set", "threads", "processor"}; operation is linear,
                      attention or layer_norm, the last without rates
      """)

  @Option(help: ArgumentHelp("Tokens that go through at once.", valueName: "counts"))
  var rows = NumberList([50, 197])

  @Option(help: ArgumentHelp("float32, bfloat16, int8 or auto.", valueName: "precisions"))
  var precision = PrecisionList([.float32, .bfloat16, .int8])

  @OptionGroup(title: "Measuring") var options: BenchOptions
  @OptionGroup(title: "Measuring") var threads: ThreadOptions
  @OptionGroup(title: "Results") var output: OutputOptions

  func validate() throws { _ = try BenchWriter.format(output) }

  func run() throws {
    try threads.apply()
    var writer = try BenchWriter(
      output,
      columns: [
        .text("operation", 10), .text("precision", 9), .number("rows", 5),
        .number("layer", 11),
      ] + BenchWriter.timeColumns + ProcessorLimits.columns)
    var limits = ProcessorLimits()
    for precision in precision.values.map(\.resolved) {
      let operations = try KernelBench.operations(precision)
      func measureLimits() throws {
        try limits.measurePeak(precision)
        for bytes in Set(operations.map(\.weightBytes)) where bytes > 0 {
          limits.measureBandwidth(ofWeights: bytes)
        }
      }
      try measureLimits()
      let measured = try rows.values.flatMap { rows in
        try operations.map {
          ($0, rows, try $0.measure(rows: rows, seconds: options.seconds / 10))
        }
      }
      try measureLimits()
      for (operation, rows, timings) in measured {
        try operation.write(timings, rows: rows, limits: limits, to: &writer)
      }
    }
    try writer.finish()
  }
}
