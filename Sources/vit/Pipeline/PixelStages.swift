import VitCheckpoint
import VitImage
import VitKit

/// The stages of `vit preprocess` to a `.npy`: an image's pixels.
///
/// The array is `[3, height, width]` of one image, `[n, 3, height, width]` of the `n` of several that
/// worked. How many that is shows at the end; until then the header holds 0.
///
/// `@unchecked Sendable`: as `VerbStages` says.
final class PixelStages: VerbStages, @unchecked Sendable {
  let work: ImageWork
  private let model: DescribedModel
  private let sink: ResultSink
  private let isAlone: Bool
  /// Of one image.
  private var shape: [Int] = []
  private var count = 0

  init(_ work: ImageWork, model: DescribedModel, sink: ResultSink) {
    self.work = work
    self.model = model
    self.sink = sink
    isAlone = work.source.total == 1
  }

  func preprocess(_ image: Image) throws -> PixelTensor { try model.preprocess(image) }

  func encode(_ batch: [PixelTensor]) -> [PixelTensor] { batch }

  func write(_ result: Result<PixelTensor, InputFailure>, of input: ImageInput) throws {
    guard case .success(let pixels) = result else { return }
    if count == 0 {
      shape = [3, pixels.height, pixels.width]
      try sink.write(NPY.header(shape: isAlone ? shape : [0] + shape))
    }
    count += 1
    try pixels.values.withUnsafeBytes { try sink.write($0) }
  }

  func flush() {}

  /// Gives the file its name, unless no image worked.
  func finish() throws {
    guard count > 0 else { return }
    if !isAlone { try sink.overwrite(NPY.header(shape: [count] + shape), at: 0) }
    try sink.finish()
  }
}
