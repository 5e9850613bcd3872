import VitCheckpoint
import VitJSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

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

  /// A folder, or a weights file whose configuration lies beside it. A folder of nothing but one
  /// archive (`*.pt`) stands for the archive, as OpenAI's have no configuration.
  ///
  /// - Throws: `ModelError.notAModel` when nothing is there.
  package init(path: String, name: String? = nil) throws {
    self.name = name ?? path
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw ModelError.notAModel(
        name: self.name, reason: "\(String(cString: strerror(errno))); give a model's folder")
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      place = .folder(path: path, weights: Self.loneArchive(in: path))
    case S_IFREG:
      let slash = path.lastIndex(of: "/")
      let folder = slash.map { String(path[..<$0]) } ?? "."
      let file = slash.map { String(path[path.index(after: $0)...]) } ?? path
      place = .folder(path: folder.isEmpty ? "/" : folder, weights: file)
    default:
      throw ModelError.notAModel(
        name: self.name, reason: "it is neither a folder nor a file; give a model's folder")
    }
  }

  /// The only `*.pt` of a folder without a configuration, or nil.
  private static func loneArchive(in folder: String) -> String? {
    for name in configurations where access("\(folder)/\(name)", F_OK) == 0 { return nil }
    guard let directory = opendir(folder) else { return nil }
    defer { closedir(directory) }
    var found: String?
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasSuffix(".pt"), !name.hasPrefix(".") else { continue }
      if found != nil { return nil }
      found = name
    }
    return found
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
      return access(path, F_OK) == 0 ? try SmallFile.read(path) : nil
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
      guard access(path, F_OK) == 0 else { return nil }
      let bytes = try SmallFile.read(path)
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
      for candidate in candidates where access("\(folder)/\(candidate)", F_OK) == 0 {
        return try Checkpoint.open(file: "\(folder)/\(candidate)")
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
      return candidates.contains { access("\(folder)/\($0)", F_OK) == 0 }
    }
  }

  /// SHA-256 over the files that a tokeniser is read from; of none, where the library's is used.
  var tokenizerHash: String {
    var hash = SHA256()
    for file in [
      "tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json",
      "bpe_simple_vocab_16e6.txt.gz", "open_clip_config.json",
    ] {
      guard let folder, let bytes = try? SmallFile.read("\(folder)/\(file)") else { continue }
      for part in [Array(file.utf8), bytes] { part.withUnsafeBytes { hash.update($0) } }
    }
    return hash.finalized()
  }

  /// Names of weights files in the order in which transformers and timm look for them.
  package static let weightsCandidates = [
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
    "pytorch_model.bin.index.json",
  ]
}

/// Reads configuration files, which are small.
enum SmallFile {
  static let limit = 64 << 20

  static func read(_ path: String) throws -> [UInt8] {
    // Not blocking, so that a FIFO of that name cannot hang the process.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw failure(path, "not a regular file")
    }
    guard status.st_size <= limit else {
      throw failure(path, "\(status.st_size) bytes are more than the \(limit) allowed")
    }
    let size = Int(status.st_size)
    var total = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while total < size {
        let got = systemRead(descriptor, buffer.baseAddress! + total, size - total)
        if got < 0 && errno == EINTR { continue }
        if got <= 0 { break }
        total += got
      }
      count = total
    }
    return bytes
  }

  private static func failure(_ path: String, _ reason: String) -> ModelError {
    .notAModel(name: path, reason: reason)
  }
}

/// The system's `read`, which `SmallFile.read` shadows.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutablePointer<UInt8>, _ count: Int)
  -> Int
{
  read(descriptor, buffer, count)
}
