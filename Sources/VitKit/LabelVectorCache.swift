import VitCheckpoint
import VitJSON
import VitModel
import VitSystem
import VitTensor

/// The vectors of many labels in the user's cache folder, so that the text tower is needed only the
/// first time that they are asked for.
///
/// A file is named by the SHA-256 of all that its vectors were made with: the model, the tokeniser, the
/// labels and templates in their order, the precision and the kernel set. Where one of them differs
/// another file is looked for. Code that computes other vectors from the same must change `version`.
///
/// The file holds that hash and the one of its numbers. What is damaged or of something else is passed
/// over, and written anew; a folder that cannot be read or written costs time and is no error.
package struct LabelVectorCache {
  private let folder: String
  private let path: String
  private let key: String

  /// Fewer sentences than this are encoded in less time than hashing the weights takes.
  package static let leastSentences = 1000

  /// Of what is computed from the same labels, and of the file.
  private static let version = "2"

  /// Names the file; hashing the weights reads them all.
  ///
  /// - Parameters:
  ///   - model: need not have its text tower loaded.
  ///   - folder: where the files are; it is made when there is one to keep.
  /// - Throws: `CheckpointError` where converted weights have changed since.
  package init(
    model: Model, labels: [String], templates: [String], folder: String = standardFolder
  ) throws {
    let identity = try ModelIdentity(model.described).members
    let made: JSONValue = [
      "version": .string(Self.version),
      "model": .object(JSONObject(identity.map { ($0.0, .string($0.1)) })),
      "tokenizer": .string(model.described.description.tokenizerHash),
      "labels": .array(labels.map { .string($0) }),
      "templates": .array(templates.map { .string($0) }),
      "precision": .string(model.info.precision),
      "kernels": .string(KernelSet.active),
      "normalized": .bool(true),
    ]
    key = SHA256.hexadecimal(Array(made.serialized().utf8))
    self.folder = folder
    path = "\(folder)/\(key).safetensors"
  }

  /// `vit/labels` in the user's cache folder.
  package static var standardFolder: String {
    let caches =
      Environment["XDG_CACHE_HOME"]
      ?? Environment["HOME"].map { "\($0)/.cache" } ?? "/tmp"
    return "\(caches)/vit/labels"
  }

  /// `[count][size]`, the vectors of the labels in their order; nil where there is no such file, or not
  /// the one that was written.
  package func vectors(count: Int, size: Int) -> [[Float]]? {
    guard let file = try? Checkpoint.open(file: path),
      let values = try? file.float32("vectors", shape: [count, size])
    else { return nil }
    guard file.metadata["key"] == key,
      file.metadata["vectors_sha256"] == SHA256.hexadecimal(values),
      values.allSatisfy(\.isFinite)
    else {
      log.notice("kept label vectors are damaged; computed anew", metadata: ["file": "\(path)"])
      return nil
    }
    log.debug("label vectors read", metadata: ["file": "\(path)", "labels": "\(count)"])
    return (0..<count).map { Array(values[$0 * size..<($0 + 1) * size]) }
  }

  /// Keeps `[label][size]`; does nothing where the folder cannot be written.
  package func store(_ vectors: [[Float]]) {
    guard let size = vectors.first?.count else { return }
    let values = vectors.flatMap { $0 }
    let bytes = SafetensorsWriter.bytes(
      [(name: "vectors", shape: [vectors.count, size], values: values)],
      metadata: ["key": key, "vectors_sha256": SHA256.hexadecimal(values)])
    do {
      try FileSystem.makeFolders(folder, permissions: 0o700)
      // Another run must not read half of it.
      try TemporaryFile.write(bytes, to: path, synchronized: false)
    } catch {
      log.debug("label vectors not kept", metadata: ["file": "\(path)", "reason": "\(error)"])
      return
    }
    log.debug("label vectors kept", metadata: ["file": "\(path)", "labels": "\(vectors.count)"])
  }
}
