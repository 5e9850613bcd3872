import VitModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Finds the folder of a model that is named by a path or as on the Hugging Face Hub.
package enum ModelLocation {
  /// The folder or file of `nameOrPath`: itself if it exists, else `owner/name[@revision]` in
  /// `VIT_HOME` and then in the Hugging Face cache.
  ///
  /// - Throws: `ModelError.notAModel`, with the places that were searched.
  package static func find(_ nameOrPath: String) throws -> String {
    if access(nameOrPath, F_OK) == 0 { return nameOrPath }
    let parts = nameOrPath.split(separator: "@", maxSplits: 1).map(String.init)
    guard let name = parts.first, isHubName(name) else {
      throw ModelError.notAModel(
        name: nameOrPath,
        reason: "no such file or folder; give a model's folder, its weights file, or a Hub name "
          + "such as google/vit-base-patch16-224")
    }
    let revision = parts.count == 2 ? parts[1] : "main"
    if parts.count == 1, let home = vitHome, access("\(home)/\(name)", F_OK) == 0 {
      return "\(home)/\(name)"
    }
    let repository =
      "\(hubCache)/models--" + name.split(separator: "/").joined(separator: "--")
    for snapshot in snapshots(of: repository, revision: revision)
    where access(snapshot, F_OK) == 0 {
      return snapshot
    }
    throw ModelError.notAModel(
      name: nameOrPath,
      reason: "not found in \(vitHome.map { "\($0) and " } ?? "")\(hubCache); download it with "
        + "`huggingface-cli download \(name)`, or give a folder")
  }

  /// Folders of models in the caches: their names and places.
  package static func cached() -> [(name: String, path: String)] {
    var found: [(name: String, path: String)] = []
    if let home = vitHome {
      for owner in entries(home) {
        for name in entries("\(home)/\(owner)")
        where access("\(home)/\(owner)/\(name)/config.json", F_OK) == 0 {
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

  /// `VIT_HOME`, or nil.
  package static var vitHome: String? { environment("VIT_HOME") }

  /// The Hub's cache, found as `huggingface_hub` finds it.
  package static var hubCache: String {
    if let cache = environment("HF_HUB_CACHE") { return cache }
    if let home = environment("HF_HOME") { return "\(home)/hub" }
    if let cache = environment("XDG_CACHE_HOME") { return "\(cache)/huggingface/hub" }
    return "\(environment("HOME") ?? ".")/.cache/huggingface/hub"
  }

  private static func environment(_ name: String) -> String? {
    guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
    return value
  }

  /// One or two parts of the characters that the Hub allows, so that a name cannot leave the cache.
  private static func isHubName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 1 || parts.count == 2 else { return false }
    return parts.allSatisfy { part in
      !part.isEmpty && part.first != "." && part.first != "-"
        && part.utf8.allSatisfy {
          (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
            || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
        }
    }
  }

  /// The snapshot that a branch or tag points to, or the commit itself.
  private static func snapshots(of repository: String, revision: String) -> [String] {
    guard !revision.contains("..") else { return [] }
    var folders: [String] = []
    if let reference = fopen("\(repository)/refs/\(revision)", "r") {
      defer { fclose(reference) }
      var bytes = [UInt8](repeating: 0, count: 64)
      let count = fread(&bytes, 1, bytes.count, reference)
      let commit = String(
        decoding: bytes[..<count].filter { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") },
        as: UTF8.self)
      if !commit.isEmpty { folders.append("\(repository)/snapshots/\(commit)") }
    }
    return folders + ["\(repository)/snapshots/\(revision)"]
  }

  private static func entries(_ folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
