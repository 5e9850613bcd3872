import VitCheckpoint
import VitJSON
import VitModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A model in `VIT_HOME` or a snapshot in the Hub's cache.
package struct CachedModel: Sendable {
  /// `owner/name`.
  package let name: String
  /// Branches and tags that point to it; empty in `VIT_HOME`.
  package let revisions: [String]
  /// Nil in `VIT_HOME`.
  package let commit: String?
  /// What the configuration says it is: the model type or the architecture.
  package let kind: String?
  /// Of its files, each once.
  package let bytes: Int
  package let isComplete: Bool
  /// Nil where no family reads it.
  package let family: String?
  /// The precision that its weights were converted to; nil for weights as they were published.
  package let convertedTo: String?
  package let path: String

  /// All there are, by name.
  package static func all() -> [CachedModel] {
    ModelLocation.cached().map { CachedModel(name: $0.name, path: $0.path) }
      .sorted { ($0.name, $0.path) < ($1.name, $1.path) }
  }

  private init(name: String, path: String) {
    self.name = name
    self.path = path
    let snapshots = "/snapshots/"
    let parts = path.split(separator: "/").map(String.init)
    if parts.count > 2, parts[parts.count - 2] == "snapshots", let last = parts.last {
      let repository = String(path.dropLast(snapshots.count + last.count))
      commit = last
      revisions = ModelLocation.references(of: repository).filter { $0.commit == last }.map(\.name)
    } else {
      (commit, revisions) = (nil, [])
    }
    bytes = FolderSize.bytes(path)
    isComplete = ModelLocation.isComplete(path)
    let source = try? ModelSource(path: path, name: name)
    let configuration = (try? source?.json("config.json")) ?? nil
    family = source.flatMap { ModelDescription.family(of: $0) }
    convertedTo =
      (try? Checkpoint.open(file: "\(path)/model.safetensors"))?.conversion?.precision
      .rawValue
    kind =
      configuration?["model_type"]?.string ?? configuration?["architecture"]?.string
      ?? family
  }
}

/// The bytes of a folder's files; links count as what they lead to, each content once.
private enum FolderSize {
  /// - Parameter path: of a folder, or of the one file that is the model.
  static func bytes(_ path: String) -> Int {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return Int(status.st_size) }
    var seen: Set<[UInt64]> = []
    return bytes(path, depth: 0, seen: &seen)
  }

  private static func bytes(_ folder: String, depth: Int, seen: inout Set<[UInt64]>) -> Int {
    guard depth < 8, let directory = opendir(folder) else { return 0 }
    defer { closedir(directory) }
    var total = 0
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      var status = stat()
      guard stat("\(folder)/\(name)", &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFREG:
        if seen.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted {
          total += Int(status.st_size)
        }
      case S_IFDIR: total += bytes("\(folder)/\(name)", depth: depth + 1, seen: &seen)
      default: break
      }
    }
    return total
  }
}
