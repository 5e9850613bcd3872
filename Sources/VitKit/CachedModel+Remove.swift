import VitModel
import VitSystem

extension CachedModel {
  /// What `remove` takes away.
  package struct Removal: Sendable {
    /// `owner/name`, or `owner/name@revision` of one snapshot of several.
    package let name: String
    package let path: String
    fileprivate let repository: String
    fileprivate let cache: String
    /// Nil for the whole repository.
    fileprivate let commit: String?
  }

  /// Finds what a name of the list stands for in the Hub's cache: a model with all that is kept of it,
  /// or with `@` one revision of it, by its branch, its tag, or the beginning of its commit.
  ///
  /// - Throws: `ModelError.notAModel` where it is not there, or is not the cache's.
  package static func removal(of name: String) throws -> Removal {
    guard let hubName = HubName(name) else {
      throw ModelError.notAModel(
        name: name, reason: "no name of a model in the cache; `vit models` lists them")
    }
    let cache = ModelLocation.hubCache
    let repository = "\(cache)/\(hubName.cacheFolder)"
    guard FileSystem.hasEntry(repository) else {
      let home = ModelLocation.vitHome.map { "\($0)/\(hubName.repository)" }
      throw ModelError.notAModel(
        name: name,
        reason: home.map(FileSystem.exists) == true
          ? "it lies in VIT_HOME, from where nothing is removed: it is \(home!)"
          : "it is not in \(cache)")
    }
    guard hubName.namesRevision else {
      return Removal(
        name: name, path: repository, repository: hubName.cacheFolder, cache: cache, commit: nil)
    }
    let snapshots = FolderEntry.names(in: "\(repository)/snapshots")
    let named = ModelLocation.references(of: repository).first { $0.name == hubName.revision }?
      .commit
    let found =
      named.map { [$0] }
      ?? snapshots.filter {
        hubName.revision.utf8.count >= 7 && $0.utf8.starts(with: hubName.revision.utf8)
      }
    guard found.count == 1, snapshots.contains(found[0]) else {
      throw ModelError.notAModel(
        name: name,
        reason: found.count > 1
          ? "several snapshots begin so: \(found.joined(separator: ", "))"
          : "the cache holds no such revision of it")
    }
    // The only snapshot is all that there is.
    return Removal(
      name: name, path: snapshots.count == 1 ? repository : "\(repository)/snapshots/\(found[0])",
      repository: hubName.cacheFolder, cache: cache, commit: snapshots.count == 1 ? nil : found[0])
  }

  /// Removes it: files that no other revision uses are given back.
  ///
  /// - Returns: how many bytes that are.
  /// - Throws: `ModelError.notWritable`, also while a download of it runs.
  package static func remove(_ removal: Removal) throws -> Int {
    let repository = "\(removal.cache)/\(removal.repository)"
    let locks = "\(removal.cache)/.locks/\(removal.repository)"
    do {
      var held: [FileLock] = []
      for name in FolderEntry.names(in: locks) {
        guard let lock = try? FileLock(file: "\(locks)/\(name)", permissions: 0o664) else {
          throw ModelError.notWritable(
            path: repository, reason: "another program is downloading it")
        }
        held.append(lock)
      }
      defer { withExtendedLifetime(held) {} }
      guard let commit = removal.commit else {
        let bytes = try FileSystem.removeAll(repository)
        if FileSystem.hasEntry(locks) { try FileSystem.removeAll(locks) }
        return bytes
      }
      var bytes = try FileSystem.removeAll("\(repository)/snapshots/\(commit)")
      for reference in ModelLocation.references(of: repository) where reference.commit == commit {
        try FileSystem.removeAll("\(repository)/refs/\(reference.name)")
      }
      let used = Set(contents(of: "\(repository)/snapshots", depth: 0))
      for blob in FolderEntry.names(in: "\(repository)/blobs") {
        let path = "\(repository)/blobs/\(blob)"
        if let status = try? FileStatus(path), !used.contains(status.identity) {
          bytes += try FileSystem.removeAll(path)
        }
      }
      return bytes
    } catch let error as SystemError {
      throw ModelError.notWritable(path: error.path, reason: error.reason)
    }
  }

  /// The files that links and names below a folder lead to.
  private static func contents(of folder: String, depth: Int) -> [FileStatus.Identity] {
    guard depth < 8 else { return [] }
    return FolderEntry.names(in: folder).flatMap { name -> [FileStatus.Identity] in
      guard let status = try? FileStatus("\(folder)/\(name)") else { return [] }
      return status.kind == .folder
        ? contents(of: "\(folder)/\(name)", depth: depth + 1) : [status.identity]
    }
  }
}
