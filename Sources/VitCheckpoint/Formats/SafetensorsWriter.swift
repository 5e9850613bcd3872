import VitJSON

/// Writes float32 tensors as safetensors.
package enum SafetensorsWriter {
  /// Tensors in the order given; names must differ.
  package static func bytes(
    _ tensors: [(name: String, shape: [Int], values: [Float])], metadata: [String: String] = [:]
  ) -> [UInt8] {
    var members: [(key: String, value: JSONValue)] = []
    if !metadata.isEmpty {
      members.append(
        (
          "__metadata__",
          .object(
            JSONObject(metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        ))
    }
    var offset = 0
    func number(_ value: Int) -> JSONValue { .number(.integer(Int64(value))) }
    for tensor in tensors {
      let end = offset + 4 * tensor.values.count
      members.append(
        (
          tensor.name,
          [
            "dtype": .string("F32"), "shape": .array(tensor.shape.map(number)),
            "data_offsets": .array([number(offset), number(end)]),
          ] as JSONValue
        ))
      offset = end
    }
    var header = Array(JSONValue.object(JSONObject(members)).serialized().utf8)
    // The numbers begin at a multiple of eight.
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + offset)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes += $0 }
    bytes += header
    for tensor in tensors { tensor.values.withUnsafeBytes { bytes += $0 } }
    return bytes
  }
}
