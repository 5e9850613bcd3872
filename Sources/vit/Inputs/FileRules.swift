import VitSystem

/// What of a folder or an archive is read: told by the names below it.
struct FileRules {
  var readsHidden = false
  var excluded: [PathPattern] = []

  /// Where network drives and systems keep small copies, indices and what was removed.
  private static let caches = [
    "@eaDir", "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot", "__MACOSX", "$RECYCLE.BIN",
    "System Volume Information", "lost+found", "Thumbs.db", "ehthumbs.db", "desktop.ini",
  ].map { Array($0.utf8) }

  /// `tar.gz`, and what else shards are compressed to.
  static func isCompressedArchive(_ name: String) -> Bool {
    guard let ending = SystemName.ending(of: name) else { return false }
    let whole = [UInt8](name.utf8.suffix(9)).map(SystemName.lowercased)
    let packed = ["gz", "bz2", "xz", "zst", "lz4"].map { Array($0.utf8) }
    let short = ["tgz", "tbz", "tbz2", "txz", "tzst"].map { Array($0.utf8) }
    return short.contains(ending)
      || packed.contains(ending)
        && whole.dropLast(ending.count + 1).suffix(4).elementsEqual(".tar".utf8)
  }

  /// Whether one part of a path is hidden, or a cache that no person looks into.
  static func isHidden(_ name: some Collection<UInt8>) -> Bool {
    if name.first == UInt8(ascii: ".") {
      return !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8)
    }
    return caches.contains { $0.elementsEqual(name) }
  }

  /// Whether what has this path below the folder, as `SystemName` has it, is passed over as hidden.
  func hides(_ path: String) -> Bool {
    !readsHidden && path.utf8.split(separator: UInt8(ascii: "/")).contains(where: Self.isHidden)
  }

  /// Whether what has this path below the folder is excluded, by itself or by a folder above it.
  func excludes(_ path: String) -> Bool {
    guard !excluded.isEmpty else { return false }
    // As `tar -C folder .` calls members.
    let bytes = Array(SystemName.bytes(path).trimmingPrefix("./".utf8))
    return excluded.contains { $0.matches(pathOrFolderAbove: bytes) }
  }
}
