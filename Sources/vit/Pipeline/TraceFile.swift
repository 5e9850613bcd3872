import VitCheckpoint
import VitImage
import VitKit

/// `--trace`: the named intermediates of the first image's way through the model, to hold against
/// a reference.
struct TraceFile {
  let path: String
  private var isWritten = false

  init(path: String) { self.path = path }

  /// Writes the file the first time it is called.
  mutating func write(_ pixels: PixelTensor, model: Model) throws {
    if isWritten { return }
    isWritten = true
    let sink = try ResultSink(path: path)
    let tensors = try model.trace(pixels).map {
      (name: $0.name, shape: $0.shape, values: $0.values)
    }
    let bytes = SafetensorsWriter.bytes(tensors, metadata: try Provenance(model: model).metadata)
    try bytes.withUnsafeBytes { try sink.write($0) }
    try sink.finish()
  }
}
