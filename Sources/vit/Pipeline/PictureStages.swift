import VitImage
import VitKit

/// The stages of `vit preprocess` to a `.png`: the one image as the model sees it, before it is
/// normalised.
///
/// `@unchecked Sendable`: as `VerbStages` says.
final class PictureStages: VerbStages, @unchecked Sendable {
  let work: ImageWork
  private let model: DescribedModel
  private let sink: ResultSink

  init(_ work: ImageWork, model: DescribedModel, sink: ResultSink) {
    self.work = work
    self.model = model
    self.sink = sink
  }

  func preprocess(_ image: Image) throws -> [UInt8] {
    try model.croppedImage(image).pngBytes()
  }

  func preprocessingMemory(width: Int, height: Int) -> Int {
    // The file is no larger than the pixels to speak of; it grows in a buffer twice as large, which is
    // copied to one twice as large again and then to the result.
    work.preprocessing?.croppedMemory(width: width, height: height, perPixel: 3 * 6) ?? 0
  }

  func byteCount(of file: [UInt8]) -> Int { file.count }

  func encode(_ batch: [[UInt8]]) -> [[UInt8]] { batch }

  func write(_ result: Result<[UInt8], InputFailure>, of input: ImageInput) throws {
    guard case .success(let file) = result else { return }
    try sink.write(file)
    try sink.finish()
  }

  func flush() {}
}
