import VitSystem

/// The bytes of a folder's files; links count as what they lead to, each content once.
enum FolderSize {
  /// - Parameter path: of a folder, or of the one file that is the model.
  static func bytes(_ path: String) -> Int {
    if let status = try? FileStatus(path), status.kind == .regular { return status.size }
    var seen: Set<FileStatus.Identity> = []
    return bytes(path, depth: 0, seen: &seen)
  }

  private static func bytes(
    _ folder: String, depth: Int, seen: inout Set<FileStatus.Identity>
  ) -> Int {
    guard depth < 8 else { return 0 }
    var total = 0
    for name in FolderEntry.names(in: folder) {
      guard let status = try? FileStatus("\(folder)/\(name)") else { continue }
      switch status.kind {
      case .regular: if seen.insert(status.identity).inserted { total += status.size }
      case .folder: total += bytes("\(folder)/\(name)", depth: depth + 1, seen: &seen)
      default: break
      }
    }
    return total
  }
}
