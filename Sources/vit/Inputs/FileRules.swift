import VitSystem

/// What of a folder or an archive is read: told by the names below it.
struct FileRules {
  var readsHidden = false
  var excluded: [PathPattern] = []

  /// JPEGs of Windows (`jfif`), of old programs, and of sites that add the size; PNGs.
  private static let endings = [
    "jpg", "jpeg", "jpe", "jif", "jfif", "jfi", "pjpeg", "pjp", "jpg_large", "jpg-large",
    "jpg_orig",
    "png", "png_large",
  ].map { Array($0.utf8) }

  /// Where network drives and systems keep small copies, indices and what was removed.
  private static let caches = [
    "@eaDir", "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot", "__MACOSX", "$RECYCLE.BIN",
    "System Volume Information", "lost+found", "Thumbs.db", "ehthumbs.db", "desktop.ini",
  ].map { Array($0.utf8) }

  /// Whether a file's name, as `SystemName` has it, is that of an image, in small letters or capitals.
  static func isImage(_ name: String) -> Bool {
    guard let ending = ending(of: name) else { return false }
    return endings.contains(ending)
  }

  static func isArchive(_ name: String) -> Bool { ending(of: name) == Array("tar".utf8) }

  /// `tar.gz`, and what else shards are compressed to.
  static func isCompressedArchive(_ name: String) -> Bool {
    guard let ending = ending(of: name) else { return false }
    let whole = [UInt8](name.utf8.suffix(9)).map(lowercased)
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

  /// What follows the last point, in small letters; nil where there is none.
  private static func ending(of name: String) -> [UInt8]? {
    let last = name.utf8.reversed().prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "/") }
    guard last.count < name.utf8.count, last.count < 10,
      name.utf8.dropLast(last.count).last == UInt8(ascii: ".")
    else { return nil }
    return last.reversed().map(lowercased)
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }
}
