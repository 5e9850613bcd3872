import Foundation

/// A safetensors file read without the library that is tested.
struct SafetensorsFile {
  let header: [String: [String: Any]]
  let metadata: [String: String]
  private let data: Data

  init(_ file: Data) throws {
    var length = 0
    for index in 0..<8 { length |= Int(file[file.startIndex + index]) << (8 * index) }
    let start = file.startIndex + 8
    let parsed = try JSONSerialization.jsonObject(with: file[start..<start + length])
    header = parsed as? [String: [String: Any]] ?? [:]
    metadata = header["__metadata__"] as? [String: String] ?? [:]
    data = Data(file[(start + length)...])
  }

  func shape(_ name: String) -> [Int]? { header[name]?["shape"] as? [Int] }

  func values(_ name: String) -> [Float] {
    guard let offsets = header[name]?["data_offsets"] as? [Int] else { return [] }
    return floats(data[(data.startIndex + offsets[0])..<(data.startIndex + offsets[1])])
  }
}

/// An array of NumPy's format 1.0, float32, in C order.
struct NPYFile {
  let header: String
  let values: [Float]

  init(_ file: Data) {
    let bytes = [UInt8](file)
    let length = Int(bytes[8]) | Int(bytes[9]) << 8
    header = String(decoding: bytes[10..<10 + length], as: UTF8.self)
    values = floats(Data(bytes[(10 + length)...]))
  }
}

private func floats(_ data: Data) -> [Float] {
  let bytes = [UInt8](data)
  return stride(from: 0, to: bytes.count, by: 4).map { index in
    Float(
      bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[index + $1]) << (8 * UInt32($1)) })
  }
}
