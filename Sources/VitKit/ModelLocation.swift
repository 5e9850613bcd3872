import VitModel
import VitSystem

/// Finds the folder of a model that is named by a path or as on the Hugging Face Hub. Nothing here
/// uses a network.
package enum ModelLocation {
  /// The folder or file of `nameOrPath`: itself if it exists, else `owner/name[@revision]` in
  /// `VIT_HOME` and then in the Hugging Face cache.
  ///
  /// - Throws: `ModelError.notAModel`, with the places that were searched.
  package static func find(_ nameOrPath: String) throws -> String {
    if FileSystem.exists(nameOrPath) { return nameOrPath }
    guard let name = HubName(nameOrPath) else {
      throw ModelError.notAModel(
        name: nameOrPath,
        reason: "no such file or folder; give a model's folder, its weights file, or a Hub name "
          + "such as google/vit-base-patch16-224")
    }
    guard let path = cached(name) else {
      throw ModelError.notAModel(
        name: nameOrPath,
        reason: "not found in \(vitHome.map { "\($0) and " } ?? "")\(hubCache); download it with "
          + "`vit download \(name)`, or give a folder")
    }
    return path
  }

  /// The folder of a Hub's model in `VIT_HOME` or the Hub's cache, or nil.
  package static func cached(_ name: HubName) -> String? {
    if !name.namesRevision, let home = vitHome, FileSystem.exists("\(home)/\(name.repository)") {
      return "\(home)/\(name.repository)"
    }
    return cached(name, cache: hubCache)
  }

  /// The folder of a Hub's model in a cache of the Hub's layout, or nil.
  package static func cached(_ name: HubName, cache: String) -> String? {
    snapshots(of: "\(cache)/\(name.cacheFolder)", revision: name.revision)
      .first { FileSystem.exists($0) }
  }

  /// Whether a folder holds all that a model needs: a configuration, and weights with every shard
  /// of them, or weights that need no configuration. A snapshot of the cache may hold less,
  /// because programs fetch it file by file.
  package static func isComplete(_ folder: String) -> Bool {
    func holds(_ file: String) -> Bool { FileSystem.exists("\(folder)/\(file)") }
    guard ModelSource.configurations.contains(where: holds) else {
      return isRecognized(folder)
    }
    for weights in ModelFiles.weights where holds(weights) {
      guard weights.hasSuffix(".index.json") else { return true }
      guard let index = try? ModelSource(path: folder).json(weights),
        let shards = ModelFiles.shards(of: index)
      else { return false }
      return shards.allSatisfy(holds)
    }
    return false
  }

  /// Models in the caches: their names and places.
  package static func cached() -> [(name: String, path: String)] {
    var found: [(name: String, path: String)] = []
    if let home = vitHome {
      for owner in entries(home) {
        for name in entries("\(home)/\(owner)") where isModel("\(home)/\(owner)/\(name)") {
          found.append(("\(owner)/\(name)", "\(home)/\(owner)/\(name)"))
        }
      }
    }
    for folder in entries(hubCache) where folder.hasPrefix("models--") {
      let name = folder.dropFirst("models--".count).split(
        separator: "--", omittingEmptySubsequences: true
      ).joined(separator: "/")
      for snapshot in entries("\(hubCache)/\(folder)/snapshots") {
        found.append((name, "\(hubCache)/\(folder)/snapshots/\(snapshot)"))
      }
    }
    return found
  }

  /// Whether what lies in `VIT_HOME` is a model: a folder with a configuration, or weights that need
  /// none.
  private static func isModel(_ path: String) -> Bool {
    ModelSource.configurations.contains { FileSystem.exists("\(path)/\($0)") }
      || isRecognized(path)
  }

  private static func isRecognized(_ path: String) -> Bool {
    (try? ModelSource(path: path)).flatMap { ModelDescription.family(of: $0) } != nil
  }

  /// Branches and tags that a folder of the Hub's cache remembers, and the commits they point to.
  package static func references(of repository: String) -> [(name: String, commit: String)] {
    var found: [(name: String, commit: String)] = []
    func visit(_ folder: String, prefix: String, depth: Int) {
      for entry in entries(folder) {
        if let commit = reference("\(folder)/\(entry)") {
          found.append((prefix + entry, commit))
        } else if depth < 4 {
          visit("\(folder)/\(entry)", prefix: "\(prefix)\(entry)/", depth: depth + 1)
        }
      }
    }
    visit("\(repository)/refs", prefix: "", depth: 0)
    return found
  }

  /// `VIT_HOME`, or nil.
  package static var vitHome: String? { Environment.path("VIT_HOME") }

  /// The Hub's cache, found as `huggingface_hub` finds it (its `constants.py`).
  package static var hubCache: String {
    Environment.path("HF_HUB_CACHE") ?? Environment.path("HUGGINGFACE_HUB_CACHE")
      ?? "\(hubHome)/hub"
  }

  /// The folder of the Hugging Face tools: caches and the token.
  package static var hubHome: String {
    if let home = Environment.path("HF_HOME") { return home }
    if let cache = Environment.path("XDG_CACHE_HOME") { return "\(cache)/huggingface" }
    return "\(Environment.home ?? ".")/.cache/huggingface"
  }

  /// The snapshot that a branch or tag points to, or the commit itself.
  private static func snapshots(of repository: String, revision: String) -> [String] {
    let commit = reference("\(repository)/refs/\(revision)")
    return [commit, revision].compactMap { $0 }.map { "\(repository)/snapshots/\($0)" }
  }

  /// The commit that a file of `refs` names.
  private static func reference(_ path: String) -> String? {
    guard let bytes = try? RegularFile(path).read(at: 0, count: 64) else { return nil }
    let text = String(decoding: bytes.filter { $0 > 32 && $0 < 127 }, as: UTF8.self)
    let isName = text.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
    }
    return isName && !text.isEmpty ? text : nil
  }

  private static func entries(_ folder: String) -> [String] {
    FolderEntry.names(in: folder).filter { !$0.hasPrefix(".") }
  }
}
