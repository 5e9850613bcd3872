import VitCheckpoint
import VitImage
import VitKit

/// `--trace`: the named intermediates of one image's way through the model, to hold against a
/// reference.
enum TraceFile {
  static func write(
    to path: String, model: Model, input: Input, options: DecodeOptions
  ) throws {
    let sink = try ResultSink(path: path)
    let preparation = Preparation(options: options) { try model.preprocess($0) }
    // A failure is told where the input is done for its own sake.
    guard let pixels = try? preparation.prepare([input]).first?.result.get() else { return }
    let entries: [Tensor]
    do {
      entries = try model.trace(pixels).map {
        Tensor(name: $0.name, shape: $0.shape, values: $0.values)
      }
    } catch {
      throw CommandFailure(.unusable, "\(error)")
    }
    try writeSafetensors(
      entries, metadata: try Provenance(model: model).metadata, to: sink)
    try sink.finish()
  }
}
