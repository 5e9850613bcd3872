import VitCheckpoint
import VitSystem
import VitTensor

/// A safetensors file that is written part by part, so that a model is never in memory twice.
package struct WeightsFile {
  /// Where the bytes of a tensor come from.
  enum Content {
    case packed(Linear)
    case tensor(Checkpoint, name: String)
    /// Of PyTorch's, whose numbers do not lie in order; gathered as it is written.
    case view(Checkpoint, name: String)
    /// Float32 numbers, in the flat memory of parameters, to be written as another type.
    case parameter(Parameters, Parameters.Entry)
    case bytes([UInt8])
  }

  /// Bytes of the data.
  private(set) var dataCount = 0
  private(set) var entries: [SafetensorsWriter.Entry] = []
  private var contents: [Content] = []
  private var header: [UInt8] = []

  /// Header and data.
  package var byteCount: Int { header.count + dataCount }

  mutating func add(_ name: String, _ dataType: DataType, _ shape: [Int], _ content: Content) {
    let entry = SafetensorsWriter.Entry(name: name, dataType: dataType, shape: shape)
    entries.append(entry)
    contents.append(content)
    dataCount += entry.byteCount
  }

  mutating func add(_ name: String, _ dataType: DataType, numbers: [UInt8]) {
    add(name, dataType, [numbers.count / dataType.size], .bytes(numbers))
  }

  /// A tensor as it is in a checkpoint.
  mutating func add(_ name: String, of checkpoint: Checkpoint) throws {
    guard let info = checkpoint.tensors[name] else { return }
    // The header's own name, which a PyTorch archive may give to a tensor.
    guard name != "__metadata__" else {
      throw CheckpointError.unsupported(
        file: checkpoint.path, reason: "a tensor is called __metadata__",
        remedy: "give it another name")
    }
    add(
      name, info.dataType, info.shape,
      checkpoint.isContiguous(name)
        ? .tensor(checkpoint, name: name) : .view(checkpoint, name: name))
  }

  /// Nothing is added after this.
  mutating func finish(metadata: ExactDictionary<String>) {
    header = SafetensorsWriter.header(entries, metadata: metadata)
  }

  /// Hands out the file's bytes in order, in pieces of at most 8 MiB.
  package func write(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try header.withUnsafeBytes(body)
    try writeData(body)
  }

  func writeData(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    func hand(_ bytes: UnsafeRawBufferPointer) throws {
      for start in stride(from: 0, to: bytes.count, by: 8 << 20) {
        try body(
          UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + (8 << 20), bytes.count)]))
      }
    }
    for content in contents {
      switch content {
      case .packed(let linear): try linear.withPackedLayer { try hand($0.bytes) }
      case .tensor(let checkpoint, let name): try hand(checkpoint.contiguousBytes(of: name))
      case .view(let checkpoint, let name):
        try checkpoint.rowMajorBytes(of: name).withUnsafeBytes(hand)
      case .parameter(let parameters, let entry): try parameters.write(entry, hand)
      case .bytes(let bytes): try bytes.withUnsafeBytes(hand)
      }
    }
  }
}
