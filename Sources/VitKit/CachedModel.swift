import VitCheckpoint
import VitJSON
import VitModel
import VitSystem

/// A model in `VIT_HOME` or a snapshot in the Hub's cache.
package struct CachedModel: Sendable {
  /// `owner/name`.
  package let name: String
  /// Branches and tags that point to it; empty in `VIT_HOME`.
  package let revisions: [String]
  /// The commit that the snapshot is of; nil in `VIT_HOME`.
  package let commit: String?
  /// What the configuration says it is: the model type or the architecture.
  package let kind: String?
  /// The size of its files; of links that lead to one file only the first counts.
  package let bytes: Int
  /// Whether it has a configuration and all its weights, as `ModelLocation.isComplete` finds.
  package let isComplete: Bool
  /// The model family that reads it; nil where none does.
  package let family: String?
  /// The precision that its weights were converted to; nil for weights as they were published.
  package let convertedTo: String?
  package let path: String

  /// The models in `VIT_HOME` and in the Hub's cache, by name and then by path.
  package static func all() -> [CachedModel] {
    ModelLocation.cached().map { CachedModel(name: $0.name, path: $0.path) }
      .sorted {
        (ExactString($0.name), ExactString($0.path)) < (ExactString($1.name), ExactString($1.path))
      }
  }

  private init(name: String, path: String) {
    self.name = name
    self.path = path
    let snapshots = "/snapshots/"
    let components = path.split(separator: "/").map(String.init)
    if components.count > 2, components[components.count - 2] == "snapshots",
      let last = components.last
    {
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
