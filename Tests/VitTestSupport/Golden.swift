import Foundation

/// What the references computed for one tiny model: a folder under `Tests/Data/goldens` with the
/// model's own configuration files, its weights, and `golden.safetensors`
/// (`scripts/reference/golden.py` describes the names).
///
/// Reads with Foundation alone, so that no code under test reads its own expectations.
public struct Golden: Sendable, CustomStringConvertible {
  /// The folder's name.
  public let name: String
  public let folder: URL
  /// `huggingface.vit`, `huggingface.deit`, `timm`, …
  public let family: String
  /// `hashed`, or the kind of the real files: `F32.safetensors`, `F16.shards`, `F32.bin`, ….
  public let weights: String
  /// The tensors that hold what `embed` answers before normalisation.
  public let embeddings: [String]
  /// `golden.json` as it is.
  public let facts: Facts
  public let tensors: GoldenTensors

  public var description: String { name }

  /// Fields of `golden.json` beyond those above.
  public struct Facts: Sendable {
    let bytes: Data

    public subscript(key: String) -> String? { object[key] as? String }
    public func bool(_ key: String) -> Bool { object[key] as? Bool ?? false }
    public func int(_ key: String) -> Int? { object[key] as? Int }
    public func strings(_ key: String) -> [String] { object[key] as? [String] ?? [] }
    private var object: [String: Any] {
      (try? JSONSerialization.jsonObject(with: bytes)) as? [String: Any] ?? [:]
    }
  }

  public init(folder: URL) throws {
    let bytes = try Data(contentsOf: folder.appending(path: "golden.json"))
    guard let object = try JSONSerialization.jsonObject(with: bytes) as? [String: Any],
      let family = object["family"] as? String, let weights = object["weights"] as? String
    else { throw GoldenError.malformed(folder.path) }
    name = folder.lastPathComponent
    self.folder = folder
    self.family = family
    self.weights = weights
    embeddings =
      object["embedding"] as? [String] ?? [object["embedding"] as? String].compactMap { $0 }
    facts = Facts(bytes: bytes)
    tensors = try GoldenTensors(contentsOf: folder.appending(path: "golden.safetensors"))
  }

  /// All goldens of an area (`image`, `clip`), by name.
  public static func all(_ area: String) throws -> [Golden] {
    try FileManager.default.contentsOfDirectory(
      at: TestData.committed("goldens/\(area)"), includingPropertiesForKeys: nil
    )
    .filter { FileManager.default.fileExists(atPath: $0.appending(path: "golden.json").path) }
    .sorted { $0.lastPathComponent < $1.lastPathComponent }
    .map(Golden.init)
  }

  /// A folder that a reader of models can open: the golden's own where it holds real weights, else a
  /// copy of its files in `directory` with the hashed weights written out.
  public func modelFolder(in directory: URL) throws -> URL {
    guard weights.hasPrefix("hashed") else { return folder }
    let copy = directory.appending(path: name)
    let manager = FileManager.default
    if manager.fileExists(atPath: copy.path) { return copy }
    // Made beside and moved, so that two tests at once never see half a folder.
    let draft = directory.appending(path: ".\(name)-\(UUID().uuidString)")
    try manager.createDirectory(at: draft, withIntermediateDirectories: true)
    let kept: Set = ["golden.json", "golden.safetensors", "weights.json"]
    for file in try manager.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    where !kept.contains(file.lastPathComponent) {
      try manager.copyItem(at: file, to: draft.appending(path: file.lastPathComponent))
    }
    let specification = try HashWeights(contentsOf: folder.appending(path: "weights.json"))
    try specification.safetensors().write(
      to: draft.appending(path: facts["weightsFile"] ?? "model.safetensors"))
    do {
      try manager.moveItem(at: draft, to: copy)
    } catch  where manager.fileExists(atPath: copy.path) {
      try manager.removeItem(at: draft)
    }
    return copy
  }

  /// The source images, `[height, width, 3]` bytes each.
  public var inputs: [GoldenTensor] {
    (0...).lazy.map { tensors["input.\($0).rgb"] }.prefix { $0 != nil }.compactMap { $0 }
  }
}

public enum GoldenError: Error {
  case malformed(String)
  case missing(String)
}

/// A tensor with its values in the type it was stored in.
public struct GoldenTensor: Sendable {
  public let shape: [Int]
  /// `F32`, `U8` or `I64`.
  public let dataType: String
  let bytes: Data

  public var count: Int { shape.reduce(1, *) }

  public var floats: [Float] {
    switch dataType {
    case "F32": load(Float.self)
    case "I64": load(Int64.self).map(Float.init)
    default: bytes.map(Float.init)
    }
  }

  public var integers: [Int] {
    dataType == "I64" ? load(Int64.self).map(Int.init) : bytes.map(Int.init)
  }

  public var uint8: [UInt8] { [UInt8](bytes) }

  /// Rows of the first axis.
  public var rows: [[Float]] {
    let size = count / max(1, shape.first ?? 1)
    let values = floats
    return stride(from: 0, to: values.count, by: max(1, size)).map {
      Array(values[$0..<min(values.count, $0 + size)])
    }
  }

  private func load<Value: BitwiseCopyable>(_ type: Value.Type) -> [Value] {
    bytes.withUnsafeBytes { buffer in
      (0..<count).map {
        buffer.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Value>.size, as: Value.self)
      }
    }
  }
}

/// A safetensors file, read in the plainest way.
public struct GoldenTensors: Sendable {
  private let tensors: [String: GoldenTensor]

  public var names: [String] { tensors.keys.sorted() }

  public subscript(name: String) -> GoldenTensor? { tensors[name] }

  /// - Throws: `GoldenError.missing` where the golden has no such tensor.
  public func require(_ name: String) throws -> GoldenTensor {
    guard let tensor = tensors[name] else { throw GoldenError.missing(name) }
    return tensor
  }

  public init(contentsOf url: URL) throws {
    let data = try Data(contentsOf: url)
    guard data.count >= 8 else { throw GoldenError.malformed(url.path) }
    let length = Int(data.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
    let header = try JSONSerialization.jsonObject(with: data.subdata(in: 8..<8 + length))
    guard let header = header as? [String: Any] else { throw GoldenError.malformed(url.path) }
    var tensors: [String: GoldenTensor] = [:]
    for (name, entry) in header where name != "__metadata__" {
      guard let entry = entry as? [String: Any], let type = entry["dtype"] as? String,
        let shape = entry["shape"] as? [Int], let offsets = entry["data_offsets"] as? [Int],
        offsets.count == 2
      else { throw GoldenError.malformed(url.path) }
      let start = 8 + length
      tensors[name] = GoldenTensor(
        shape: shape, dataType: type,
        bytes: data.subdata(in: start + offsets[0]..<start + offsets[1]))
    }
    self.tensors = tensors
  }
}
