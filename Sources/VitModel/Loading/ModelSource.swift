import VitCheckpoint
import VitJSON
import VitSystem

/// What a model is read from: a folder, one weights file with what lies beside it, or bytes that
/// are already in memory.
package struct ModelSource: Sendable {
  private enum Place: Sendable {
    case folder(path: String, weights: String?)
    case memory(files: [String: MemoryFile])
  }

  /// Bytes that live as long as the process. `@unchecked Sendable`: they are never written.
  package struct MemoryFile: @unchecked Sendable {
    package let bytes: UnsafeRawBufferPointer
    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }
  }

  /// How messages name the model.
  package let name: String
  private let place: Place

  /// A folder, or a weights file whose configuration lies beside it. A folder without a configuration
  /// and with one weights file stands for the file, as OpenAI's have no configuration.
  ///
  /// - Throws: `ModelError.notAModel` when nothing is there.
  package init(path: String, name: String? = nil) throws {
    self.name = name ?? path
    let kind: FileStatus.Kind
    do throws(SystemError) {
      kind = try FileStatus(path).kind
    } catch {
      throw ModelError.notAModel(
        name: self.name, reason: "\(error.reason); give a model's folder")
    }
    switch kind {
    case .folder:
      place = .folder(path: path, weights: Self.loneWeights(in: path))
    case .regular:
      let slash = path.lastIndex(of: "/")
      let folder = slash.map { String(path[..<$0]) } ?? "."
      let file = slash.map { String(path[path.index(after: $0)...]) } ?? path
      place = .folder(path: folder.isEmpty ? "/" : folder, weights: file)
    default:
      throw ModelError.notAModel(
        name: self.name, reason: "it is neither a folder nor a file; give a model's folder")
    }
  }

  /// The only weights file of a folder without a configuration, or nil.
  private static func loneWeights(in folder: String) -> String? {
    for name in configurations where FileSystem.exists("\(folder)/\(name)") { return nil }
    let files = weightsFiles(in: folder)
    return files.count == 1 ? files[0] : nil
  }

  private static let weightsSuffixes = [".safetensors", ".pt", ".pth", ".bin", ".ckpt", ".pth.tar"]

  /// What a folder holds that weights are called, in the order of the names' bytes.
  private static func weightsFiles(in folder: String) -> [String] {
    FolderEntry.names(in: folder).filter { name in
      !name.beginsExactly(".") && weightsSuffixes.contains { name.endsExactly($0) }
    }
  }

  /// Files that say what a folder's model is.
  package static let configurations = ["config.json", "open_clip_config.json"]

  /// Files in memory by name, such as a model inside the binary.
  package init(name: String, files: [String: MemoryFile]) {
    self.name = name
    place = .memory(files: files)
  }

  /// The folder, unless the files are in memory.
  package var folder: String? {
    if case .folder(let path, _) = place { path } else { nil }
  }

  /// The weights file, where one was named.
  package var weightsFile: String? {
    if case .folder(let path, let weights?) = place { "\(path)/\(weights)" } else { nil }
  }

  /// The name without the folders above it, for what others will read.
  var displayName: String {
    guard folder == name || weightsFile == name else { return name }
    return name.split(separator: "/").last.map(String.init) ?? name
  }

  /// The content of a configuration or tokeniser file, or nil where there is none.
  package func content(of file: String) throws -> [UInt8]? {
    switch place {
    case .memory(let files): return files[file].map { Array($0.bytes) }
    case .folder(let folder, _):
      let path = "\(folder)/\(file)"
      return FileSystem.exists(path) ? try RegularFile.configuration(path) : nil
    }
  }

  /// The content of a JSON file, or nil where there is none.
  package func json(_ file: String) throws -> JSONValue? {
    switch place {
    case .memory(let files):
      guard let found = files[file] else { return nil }
      return try JSONValue.parse(found.bytes, name: "\(name)/\(file)")
    case .folder(let folder, _):
      let path = "\(folder)/\(file)"
      guard FileSystem.exists(path) else { return nil }
      let bytes = try RegularFile.configuration(path)
      return try bytes.withUnsafeBytes { try JSONValue.parse($0, name: path) }
    }
  }

  /// The weights: the file that was named, or the first of `candidates` that is there.
  package func weights(candidates: [String]) throws -> Checkpoint {
    switch place {
    case .memory(let files):
      for candidate in candidates {
        if let found = files[candidate] {
          return try Checkpoint(found.bytes, name: "\(name)/\(candidate)")
        }
      }
    case .folder(let folder, let weights?):
      return try Checkpoint.open(file: "\(folder)/\(weights)")
    case .folder(let folder, nil):
      for candidate in candidates where FileSystem.exists("\(folder)/\(candidate)") {
        return try Checkpoint.open(file: "\(folder)/\(candidate)")
      }
      let others = Self.weightsFiles(in: folder)
      if !others.isEmpty {
        throw ModelError.notAModel(
          name: name,
          reason: "it holds none of \(candidates.joined(separator: ", ")), but "
            + others.prefix(8).joined(separator: ", ") + "; name the file that is meant")
      }
    }
    throw ModelError.notAModel(
      name: name, reason: "it holds none of \(candidates.joined(separator: ", "))")
  }

  /// Whether weights were named, or one of `candidates` is there.
  func hasWeights(candidates: [String]) -> Bool {
    switch place {
    case .memory(let files): return candidates.contains { files[$0] != nil }
    // The index of shards belongs to a folder with a configuration.
    case .folder(_, let weights?): return !weights.hasSuffix(".json")
    case .folder(let folder, nil):
      return candidates.contains { FileSystem.exists("\(folder)/\($0)") }
    }
  }

  /// SHA-256 over the files that a tokeniser is read from, the configurations that choose it
  /// among them; of none, where the library's is used.
  var tokenizerHash: String {
    var hash = SHA256()
    for file in Self.configurations + [
      "tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json",
      "special_tokens_map.json", "added_tokens.json", "bpe_simple_vocab_16e6.txt.gz",
    ] {
      guard let folder, let bytes = try? RegularFile.configuration("\(folder)/\(file)") else {
        continue
      }
      // Lengths keep the end of one file from being read as the beginning of the next.
      for part in [Array("\(file) \(bytes.count)\n".utf8), bytes] {
        part.withUnsafeBytes { hash.update($0) }
      }
    }
    return hash.finalized()
  }

  /// Names of weights files in the order in which transformers and timm look for them.
  package static let weightsCandidates = [
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
    "pytorch_model.bin.index.json",
  ]
}

extension RegularFile {
  /// The largest configuration or tokeniser file that is read.
  private static let configurationLimit = 64 << 20

  /// All bytes of a file beside the weights.
  ///
  /// - Throws: `ModelError.notAModel`.
  static func configuration(_ path: String) throws -> [UInt8] {
    do throws(SystemError) {
      return try contents(of: path, limit: configurationLimit)
    } catch {
      throw ModelError.notAModel(name: path, reason: error.reason)
    }
  }
}
