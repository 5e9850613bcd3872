import VitSystem

/// Names of files and folders that no person looks into: hidden ones, and what network drives and
/// systems keep of small copies, indices and what was removed.
package enum HiddenName {
  private static let caches = [
    "@eaDir", "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot", "__MACOSX", "$RECYCLE.BIN",
    "System Volume Information", "lost+found", "Thumbs.db", "ehthumbs.db", "desktop.ini",
  ].map { Array($0.utf8) }

  /// Whether one part of a path, as `SystemName` has it, is such a name.
  package static func isPart(of path: String) -> Bool {
    path.utf8.split(separator: UInt8(ascii: "/")).contains { name in
      if name.first == UInt8(ascii: ".") {
        return !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8)
      }
      return caches.contains { $0.elementsEqual(name) }
    }
  }
}
