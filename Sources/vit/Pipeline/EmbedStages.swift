import VitImage
import VitKit

/// The stages of `vit embed`, and of `vit similarity` for its images: an image's vector.
///
/// `@unchecked Sendable`: as `VerbStages` says; `trace` is there only where one thread encodes.
final class EmbedStages: VerbStages, @unchecked Sendable {
  let work: ImageWork
  private let model: Model
  private let normalized: Bool
  private let trace: TraceFile?
  private let writer: any VectorWriter

  /// - Parameter normalized: whether vectors get the length 1.
  init(
    _ work: ImageWork, model: Model, normalized: Bool, trace: TraceFile? = nil,
    writer: any VectorWriter
  ) {
    self.work = work
    self.model = model
    self.normalized = normalized
    self.trace = trace
    self.writer = writer
  }

  func preprocess(_ image: Image) throws -> PixelTensor { try model.preprocess(image) }

  func encode(_ batch: [PixelTensor]) throws -> [[Float]] {
    try trace?.write(batch[0], model: model)
    return try model.embeddings(pixels: batch, normalized: normalized)
  }

  func write(_ result: Result<[Float], InputFailure>, of input: ImageInput) throws {
    try writer.append(input: input.name, result: result)
  }

  func flush() throws { try writer.flush() }
}
