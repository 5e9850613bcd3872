import VitJSON
import VitSystem

/// Writes safetensors. The data begin at a multiple of 64 bytes.
package enum SafetensorsWriter {
  /// What the header says of a tensor.
  package struct Entry: Sendable {
    package let name: String
    package let dataType: DataType
    package let shape: [Int]

    package init(name: String, dataType: DataType, shape: [Int]) {
      self.name = name
      self.dataType = dataType
      self.shape = shape
    }

    package var byteCount: Int { shape.reduce(1, *) * dataType.size }
  }

  /// What goes before the data, which are those of the entries in order and without gaps. Names must
  /// differ.
  package static func header(
    _ entries: [Entry], metadata: ExactDictionary<String> = [:]
  ) -> [UInt8] {
    var members: [(key: String, value: JSONValue)] = []
    if !metadata.isEmpty {
      members.append(
        (
          "__metadata__",
          .object(JSONObject(metadata.inOrder.map { ($0.key, .string($0.value)) }))
        ))
    }
    var offset = 0
    func number(_ value: Int) -> JSONValue { .number(.integer(Int64(value))) }
    for entry in entries {
      let end = offset + entry.byteCount
      members.append(
        (
          entry.name,
          [
            "dtype": .string(entry.dataType.rawValue), "shape": .array(entry.shape.map(number)),
            "data_offsets": .array([number(offset), number(end)]),
          ] as JSONValue
        ))
      offset = end
    }
    var header = Array(JSONValue.object(JSONObject(members)).serialized().utf8)
    while (8 + header.count) % 64 != 0 { header.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
  }

  /// A file of float32 tensors in the order given; names must differ.
  package static func bytes(
    _ tensors: [(name: String, shape: [Int], values: [Float])],
    metadata: ExactDictionary<String> = [:]
  ) -> [UInt8] {
    let entries = tensors.map { Entry(name: $0.name, dataType: .float32, shape: $0.shape) }
    var bytes = header(entries, metadata: metadata)
    bytes.reserveCapacity(bytes.count + entries.reduce(0) { $0 + $1.byteCount })
    for tensor in tensors { tensor.values.withUnsafeBytes { bytes += $0 } }
    return bytes
  }
}
