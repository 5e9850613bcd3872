import VitJSON
import VitSystem

/// The safetensors format: eight bytes of header length, a JSON header, the numbers
/// (huggingface/safetensors, `safetensors/src/tensor.rs`, 0.8).
///
/// Every rule of that reader is checked before a tensor is handed out: tensors tile the data exactly,
/// and each has the bytes of its shape and type.
enum Safetensors {
  static let headerLimit = 100_000_000

  struct Contents {
    let tensors: ExactDictionary<TensorData>
    let metadata: ExactDictionary<String>
  }

  static func read(
    _ bytes: UnsafeRawBufferPointer, name: String
  ) throws(CheckpointError) -> Contents {
    func malformed(_ offset: Int, _ reason: String) -> CheckpointError {
      .malformed(file: name, offset: offset, reason: reason)
    }
    guard bytes.count >= 8 else {
      throw malformed(0, "\(bytes.count) bytes cannot hold a safetensors header")
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= headerLimit else {
      throw malformed(0, "a header of \(length) bytes is more than the \(headerLimit) allowed")
    }
    let dataStart = 8 + Int(length)
    guard dataStart <= bytes.count else {
      throw malformed(
        0, "the header of \(length) bytes goes past the end of the file, \(bytes.count)")
    }
    let header: JSONValue
    do {
      header = try JSONValue.parse(
        UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart]), name: name,
        limits: JSONLimits(bytes: headerLimit, allowsDuplicateKeys: true))
    } catch {
      throw malformed(8 + error.offset, "the header is not JSON: \(error.reason)")
    }
    guard let entries = header.object else { throw malformed(8, "the header is no object") }

    var metadata: ExactDictionary<String> = [:]
    var tensors: ExactDictionary<TensorData> = [:]
    var ranges: ExactDictionary<(start: Int, end: Int)> = [:]
    let data = UnsafeRawBufferPointer(rebasing: bytes[dataStart...])
    for (key, entry) in entries {
      if key.isExactly("__metadata__") {
        guard let values = entry.object else { throw malformed(8, "__metadata__ is no object") }
        for (key, value) in values {
          guard let text = value.string else {
            throw malformed(8, "__metadata__ has a value that is no string")
          }
          metadata[key] = text
        }
        continue
      }
      let tensor = try tensor(key, entry, in: data, file: name)
      tensors[key] = tensor.data
      ranges[key] = (tensor.start, tensor.end)
    }
    // Of a name that occurs twice the last counts, for the tiling too.
    let inOrder = ranges.sorted {
      ($0.value.start, $0.value.end) < ($1.value.start, $1.value.end)
    }
    var end = 0
    for (key, range) in inOrder {
      guard range.start == end else {
        throw malformed(
          dataStart + min(range.start, end),
          "\(key) begins at \(range.start) of the data, where \(end) is due")
      }
      end = range.end
    }
    guard end == data.count else {
      throw malformed(
        dataStart + end, "the tensors end at \(end) of the data, which has \(data.count) bytes")
    }
    return Contents(tensors: tensors, metadata: metadata)
  }

  private static func tensor(
    _ key: String, _ entry: JSONValue, in data: UnsafeRawBufferPointer, file: String
  ) throws(CheckpointError) -> (data: TensorData, start: Int, end: Int) {
    func malformed(_ reason: String) -> CheckpointError {
      .malformed(file: file, offset: 8, reason: "\(key): \(reason)")
    }
    guard let spelled = entry["dtype"]?.string else { throw malformed("no dtype") }
    guard let dataType = DataType(rawValue: spelled) else {
      throw .unsupported(
        file: file, reason: "\(key) has the dtype \(spelled)",
        remedy: "supported are \(DataType.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    guard let sizes = entry["shape"]?.array, sizes.count <= 16 else {
      throw malformed("no shape of up to 16 axes")
    }
    let shape = sizes.compactMap(\.int)
    guard shape.count == sizes.count,
      let count = CheckedSize.product(shape + [dataType.size])
    else { throw malformed("a shape that no file can hold") }
    guard let offsets = entry["data_offsets"]?.array, offsets.count == 2,
      let start = offsets[0].int, let end = offsets[1].int, 0 <= start, start <= end,
      end <= data.count
    else { throw malformed("data_offsets that are not two places within the data") }
    guard end - start == count else {
      throw malformed("\(end - start) bytes for a shape that takes \(count)")
    }
    let info = TensorInfo(name: key, shape: shape, dataType: dataType)
    return (
      TensorData(info: info, bytes: UnsafeRawBufferPointer(rebasing: data[start..<end])), start,
      end
    )
  }
}
