import VitCheckpoint
import VitJSON
import VitModel
import VitTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Label vectors on disk, for when there are many: the next run needs no text tower.
///
/// A file is named after everything that its vectors depend on, so that it is never stale. A cache
/// that cannot be read or written is only slower.
package struct LabelVectorCache {
  private let path: String

  /// Fewer sentences than this are encoded sooner than the weights are hashed.
  package static let leastSentences = 1000

  /// - Parameter model: loaded for images; its text tower is not needed for the name.
  package init(model: Model, labels: [String], templates: [String]) throws {
    let parts: JSONValue = [
      "weights": .string(try model.weightsHash()),
      "tokenizer": .string(model.described.description.tokenizerHash),
      "labels": .array(labels.map { .string($0) }),
      "templates": .array(templates.map { .string($0) }),
      "precision": .string(model.info.precision),
      "kernels": .string(KernelSet.active),
    ]
    path = "\(Self.folder)/\(SHA256.hexadecimal(Array(parts.serialized().utf8))).safetensors"
  }

  /// `vit/labels` in the user's cache folder.
  private static var folder: String {
    let caches =
      ModelLocation.environment("XDG_CACHE_HOME")
      ?? ModelLocation.environment("HOME").map { "\($0)/.cache" } ?? "/tmp"
    return "\(caches)/vit/labels"
  }

  /// One vector of `size` for each of `count` labels, or nil where there is no such file.
  package func vectors(count: Int, size: Int) -> [[Float]]? {
    guard access(path, R_OK) == 0, let file = try? Checkpoint.open(file: path),
      let values = try? file.float32("vectors", shape: [count, size])
    else { return nil }
    log.debug("label vectors read", metadata: ["file": "\(path)", "labels": "\(count)"])
    return (0..<count).map { Array(values[$0 * size..<($0 + 1) * size]) }
  }

  package func store(_ vectors: [[Float]]) {
    guard let size = vectors.first?.count else { return }
    let bytes = SafetensorsWriter.bytes([
      (name: "vectors", shape: [vectors.count, size], values: vectors.flatMap { $0 })
    ])
    var folder = ""
    for part in Self.folder.split(separator: "/") {
      folder += "/\(part)"
      mkdir(folder, 0o700)
    }
    // Another run must not read half of it.
    guard let file = try? TemporaryFile(for: path) else { return }
    guard (try? bytes.withUnsafeBytes { try file.write($0) }) != nil else { return }
    guard (try? file.finish(synchronized: false)) != nil else { return }
    log.debug("label vectors kept", metadata: ["file": "\(path)", "labels": "\(vectors.count)"])
  }
}
