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
  /// A second file of weights, by name.
  private var otherFiles: [String: [UInt8]] = [:]

  init(files: [String: String]) { self.files = files }

  mutating func addWeights(of model: DeclaredModel, as name: String) {
    otherFiles[name] = model.weightsBytes
  }

  /// The source of the model, whose files live as long as the process.
  func source(name: String = "declared") -> ModelSource {
    var contents = files.mapValues { Array($0.utf8) }
    contents.merge(otherFiles) { given, _ in given }
    contents[weightsName] = weightsBytes
    return ModelSource(
      name: name,
      files: contents.mapValues { bytes in
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 64)
        memory.copyMemory(from: bytes, byteCount: bytes.count)
        return ModelSource.MemoryFile(UnsafeRawBufferPointer(start: memory, count: bytes.count))
      })
  }

  private var weightsBytes: [UInt8] {
    let tensors =
      reader.parameters.entries.map { (name: $0.name, shape: shapes[$0.name] ?? $0.shape) } + others
    return SafetensorsWriter.bytes(
      tensors.map { ($0.name, $0.shape, [Float](repeating: 0, count: $0.shape.reduce(1, *))) })
  }

  func describe(
    towers: Towers = .all, prefersTexts: Bool = false, interpolatesPositions: Bool = false
  ) throws -> ModelDescription {
    try ModelDescription.read(
      source(),
      ModelRequest(
        towers: towers, prefersTexts: prefersTexts, interpolatesPositions: interpolatesPositions))
  }
}

/// What an error says.
func message(_ body: () throws -> Void) -> String {
  do { try body() } catch { return "\(error)" }
  return "no error"
}
