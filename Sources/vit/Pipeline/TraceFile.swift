import VitCheckpoint
import VitImage
import VitKit

/// `--trace`: the named intermediates of the first image's way through the model, to hold against
/// a reference.
final class TraceFile {
  private let path: String
  private var isWritten = false

  init(path: String) { self.path = path }

  /// Writes the file the first time it is called; by one thread at a time.
  ///
  /// - Throws: `CommandFailure` where it cannot be written, `ModelError` where the image does not fit
  ///   the model.
  func write(_ pixels: PixelTensor, model: Model) throws {
    if isWritten { return }
    isWritten = true
    let sink = try ResultSink(path: path)
    let tensors = try model.trace(pixels).map {
      (name: $0.name, shape: $0.shape, values: $0.values)
    }
    try sink.write(
      SafetensorsWriter.bytes(tensors, metadata: try VectorProvenance(model: model).metadata))
    try sink.finish()
  }
}
