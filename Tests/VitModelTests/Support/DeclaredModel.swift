import VitCheckpoint
import VitJSON

@testable import VitModel

/// A model in memory: configurations as text, and weights of zeros with the names and shapes that were
/// declared.
struct DeclaredModel {
  var files: [String: String]
  var weightsName = "model.safetensors"
  let reader = ParameterReader.declaring()
  /// By name, where a layout stores other axes than those that were declared.
  var shapes: [String: [Int]] = [:]
  /// Tensors that no parameter stands for.
  var others: [(name: String, shape: [Int])] = []

  /// The source of the model, whose files live as long as the process.
  func source(name: String = "declared") -> ModelSource {
    var contents = files.mapValues { Array($0.utf8) }
    let tensors =
      reader.parameters.entries.map { (name: $0.name, shape: shapes[$0.name] ?? $0.shape) } + others
    contents[weightsName] = SafetensorsWriter.bytes(
      tensors.map { ($0.name, $0.shape, [Float](repeating: 0, count: $0.shape.reduce(1, *))) })
    return ModelSource(
      name: name,
      files: contents.mapValues { bytes in
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 64)
        memory.copyMemory(from: bytes, byteCount: bytes.count)
        return ModelSource.MemoryFile(UnsafeRawBufferPointer(start: memory, count: bytes.count))
      })
  }

  func describe(towers: Towers = .all) throws -> ModelDescription {
    try ModelDescription.read(source(), towers: towers)
  }
}

/// What an error says.
func message(_ body: () throws -> Void) -> String {
  do { try body() } catch { return "\(error)" }
  return "no error"
}
