import VitKit
import VitSystem

/// What of a folder or an archive is read: told by the names below it.
struct FileRules {
  var readsHidden = false
  var excluded: [PathPattern] = []

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

  /// Whether what has this path below the folder, as `SystemName` has it, is passed over as hidden.
  func hides(_ path: String) -> Bool {
    !readsHidden && HiddenName.isPart(of: path)
  }

  /// Whether what has this path below the folder is excluded, by itself or by a folder above it.
  func excludes(_ path: String) -> Bool {
    guard !excluded.isEmpty else { return false }
    // As `tar -C folder .` calls members.
    let bytes = Array(SystemName.bytes(path).trimmingPrefix("./".utf8))
    return excluded.contains { $0.matches(pathOrFolderAbove: bytes) }
  }

  /// Whether a member of an archive is not looked at.
  func passesOver(_ member: String) -> Bool { hides(member) || excludes(member) }
}
