/// Writes stages; a file that cannot be read is told, and the others are done.
struct ImageStageWriter {
  private var writer: BenchWriter
  private var failed = false
  private var failure: (any Error)?

  init(_ output: OutputOptions, files: [String]) throws {
    writer = try BenchWriter(
      output,
      columns: [
        .text("input", max(5, files.map(\.count).max() ?? 0)), .text("stage", 21),
        .number("pixels", 11),
      ] + BenchWriter.timeColumns + [.number("MP/s", 8), .number("peak MB", 8)])
  }

  mutating func measure(_ file: String, _ body: () throws -> [ImageStage]) {
    guard failure == nil else { return }
    do {
      for stage in try body() { try write(stage, file: file) }
    } catch let error as CommandFailure {
      failure = error
    } catch let error as ClosedPipe {
      failure = error
    } catch {
      failed = true
      StandardError.write(
        "vit: \(Console.line(name: file, reason: "\(error)"))\n")
    }
  }

  private mutating func write(_ stage: ImageStage, file: String) throws {
    try writer.append(
      [
        ("input", .string(file)), ("stage", .string(stage.name)),
        ("width_px", .number(stage.width)), ("height_px", .number(stage.height)),
        ("file_bytes", .number(stage.fileBytes)),
        ("images_per_second", .number(stage.timings.rate)),
      ] + stage.timings.members + [
        ("megapixels_per_second", .number(stage.megapixelsPerSecond)),
        ("peak_memory_bytes", .number(stage.peakMemory)),
      ],
      cells: [file, stage.name, "\(stage.width)×\(stage.height)"] + stage.timings.cells + [
        decimals(stage.megapixelsPerSecond, 1), decimals(Double(stage.peakMemory) / 1e6, 0),
      ])
  }

  func finish() throws {
    if let failure { throw failure }
    try writer.finish()
    if failed { throw CommandFailure(.inputFailed) }
  }
}
