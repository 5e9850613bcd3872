import VitImage
import VitKit

/// The stages of `vit classify`: an image's classes, by the model's head or as the labels that its
/// vector is nearest to.
///
/// `@unchecked Sendable`: as `VerbStages` says; `trace` is there only where one thread encodes.
final class ClassifyStages: VerbStages, @unchecked Sendable {
  let work: ImageWork
  private let model: Model
  /// Nil for the model's own classes.
  private let zeroShot: ZeroShotClassifier?
  private let top: Int
  private let multiLabel: Bool
  private let trace: TraceFile?
  private let writer: RecordWriter
  private let table: ClassificationTable

  init(
    _ work: ImageWork, model: Model, zeroShot: ZeroShotClassifier?, top: Int, multiLabel: Bool,
    trace: TraceFile?, writer: RecordWriter, table: ClassificationTable
  ) {
    self.work = work
    self.model = model
    self.zeroShot = zeroShot
    self.top = top
    self.multiLabel = multiLabel
    self.trace = trace
    self.writer = writer
    self.table = table
  }

  func preprocess(_ image: Image) throws -> PixelTensor { try model.preprocess(image) }

  func encode(_ batch: [PixelTensor]) throws -> [[Classification]] {
    try trace?.write(batch[0], model: model)
    if let zeroShot {
      return try model.embeddings(pixels: batch, normalized: true).map {
        try zeroShot.classify($0, top: top, multiLabel: multiLabel)
      }
    }
    return try model.logits(pixels: batch).map {
      model.rank($0, top: top, multiLabel: multiLabel)
    }
  }

  func write(_ result: Result<[Classification], InputFailure>, of input: ImageInput) throws {
    try writer.append(ClassificationRecord(input: input.name, result: result).record(table))
  }

  func flush() throws { try writer.flush() }
}
