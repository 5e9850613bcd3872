import VitImage
import VitKit

/// The stages of an image's way through a verb: where it comes from and how it is told of are here,
/// what the model makes of it and where that is written are the verb's.
///
/// Conforming types are `@unchecked Sendable`, which is safe: `open`, `preprocess` and `encode`, which
/// several threads call at once, change nothing that the stages share. The source of inputs changes
/// in `nextInputs` alone, and the report and the results in `report` and `flush`; the pipeline lets one
/// thread at a time into either. Both may speak on the console, which has a lock.
protocol VerbStages: ImagePipelineStages where Input == ImageInput {
  var work: ImageWork { get }

  /// Writes what became of an image; called once an input, in the order of the inputs.
  func write(_ result: Result<Output, InputFailure>, of input: ImageInput) throws
}

extension VerbStages {
  /// Takes all images through the stages; one that fails is told, and the others go on.
  ///
  /// - Parameter inOrder: whether they are encoded in the order of the inputs too, by one thread at a
  ///   time; for `--trace`.
  func run(inOrder: Bool = false) throws {
    let console = work.report.console
    console.beginProgress(total: work.source.estimatedTotal)
    defer { console.endProgress() }
    try ImagePipeline(
      self, decoding: work.decoding, batchSize: work.batchSize, budget: work.budget,
      encodesTogether: inOrder
    ).run()
  }

  var isCancelled: Bool { Interrupt.isRequested }

  func nextInputs(atMost count: Int, waits: Bool) throws -> [ImageInput] {
    try work.source.next(count, waits: waits)
  }

  func open(_ input: ImageInput) throws -> CompressedImage {
    try input.open(limit: work.decoding.limits.bytes)
  }

  func preprocessingMemory(width: Int, height: Int) -> Int {
    work.preprocessing?.memory(width: width, height: height) ?? 0
  }

  func report(_ outcome: ImageOutcome<Output>, of input: ImageInput) throws {
    try write(work.report.take(outcome, of: input), of: input)
    work.report.times.noteResult()
  }
}
