import VitCheckpoint
import VitJSON
import VitModel
import VitSystem
import VitTensor

/// The vectors of many labels in the user's cache folder, so that the text tower is needed only the
/// first time that they are asked for.
///
/// A file is named by the SHA-256 of what its vectors were made with: the weights, the tokeniser, the
/// labels and templates in their order, the precision and the kernel set. Where one of them differs
/// another file is looked for. Code that computes other vectors from the same must add to the key.
/// A folder that cannot be read or written costs time and is no error.
package struct LabelVectorCache {
  private let path: String

  /// Fewer sentences than this are encoded in less time than hashing the weights takes.
  package static let leastSentences = 1000

  /// Names the file; hashing the weights reads them all.
  ///
  /// - Parameter model: need not have its text tower loaded.
  /// - Throws: `CheckpointError` where converted weights have changed since.
  package init(model: Model, labels: [String], templates: [String]) throws {
    let key: JSONValue = [
      "weights": .string(try model.weightsHash()),
      "tokenizer": .string(model.described.description.tokenizerHash),
      "labels": .array(labels.map { .string($0) }),
      "templates": .array(templates.map { .string($0) }),
      "precision": .string(model.info.precision),
      "kernels": .string(KernelSet.active),
    ]
    path = "\(Self.folder)/\(SHA256.hexadecimal(Array(key.serialized().utf8))).safetensors"
  }

  /// `vit/labels` in the user's cache folder.
  private static var folder: String {
    let caches =
      Environment["XDG_CACHE_HOME"]
      ?? Environment["HOME"].map { "\($0)/.cache" } ?? "/tmp"
    return "\(caches)/vit/labels"
  }

  /// `[count][size]`, the vectors of the labels in their order; nil where there is no such file.
  package func vectors(count: Int, size: Int) -> [[Float]]? {
    guard let file = try? Checkpoint.open(file: path),
      let values = try? file.float32("vectors", shape: [count, size])
    else { return nil }
    log.debug("label vectors read", metadata: ["file": "\(path)", "labels": "\(count)"])
    return (0..<count).map { Array(values[$0 * size..<($0 + 1) * size]) }
  }

  /// Keeps `[label][size]`; does nothing where the folder cannot be written.
  package func store(_ vectors: [[Float]]) {
    guard let size = vectors.first?.count else { return }
    let bytes = SafetensorsWriter.bytes([
      (name: "vectors", shape: [vectors.count, size], values: vectors.flatMap { $0 })
    ])
    do {
      try FileSystem.makeFolders(Self.folder, permissions: 0o700)
      // Another run must not read half of it.
      try TemporaryFile.write(bytes, to: path, synchronized: false)
    } catch {
      log.debug("label vectors not kept", metadata: ["file": "\(path)", "reason": "\(error)"])
      return
    }
    log.debug("label vectors kept", metadata: ["file": "\(path)", "labels": "\(vectors.count)"])
  }
}
