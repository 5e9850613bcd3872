import VitKit
import VitSystem

/// One model's folder in the Hub's cache, as `huggingface_hub` lays it out (`file_download.py`):
///
/// ```
/// models--owner--name/blobs/HASH              a file's content
/// models--owner--name/blobs/HASH.incomplete   what came of it so far
/// models--owner--name/refs/main               the commit that a branch or tag points to
/// models--owner--name/snapshots/COMMIT/FILE   a link to ../../blobs/HASH
/// .locks/models--owner--name/HASH.lock        held while a file comes
/// ```
struct RepositoryCache {
  let folder: String
  private let locks: String

  init(cache: String, name: HubName) {
    folder = "\(cache)/\(name.cacheFolder)"
    locks = "\(cache)/.locks/\(name.cacheFolder)"
  }

  func blob(_ hash: ContentHash) -> String { "\(folder)/blobs/\(hash.text)" }
  func incomplete(_ hash: ContentHash) -> String { blob(hash) + ".incomplete" }
  func lock(_ hash: ContentHash) -> String { "\(locks)/\(hash.text).lock" }
  func snapshot(_ commit: String) -> String { "\(folder)/snapshots/\(commit)" }

  func prepare() throws(HubError) {
    do throws(SystemError) {
      for path in ["\(folder)/blobs", "\(folder)/snapshots", locks] {
        try FileSystem.makeFolders(path)
      }
    } catch {
      throw HubError(error)
    }
  }

  /// Gives a blob its name in a snapshot.
  func link(_ file: String, commit: String, to hash: ContentHash) throws(HubError) {
    let path = "\(snapshot(commit))/\(file)"
    let depth = file.utf8.count { $0 == UInt8(ascii: "/") }
    let target = String(repeating: "../", count: depth + 2) + "blobs/\(hash.text)"
    try makeParent(of: path)
    do throws(SystemError) {
      try FileSystem.replaceBySymbolicLink(path, to: target)
    } catch {
      guard [.notPermitted, .notSupported, .operationNotSupported].contains(error.code) else {
        throw HubError(error)
      }
      // A file system without links holds the content itself, as huggingface_hub does there.
      do throws(SystemError) { try FileSystem.rename(blob(hash), to: path) } catch {
        throw HubError(error)
      }
    }
  }

  /// Remembers which commit a branch or tag points to.
  func writeReference(_ revision: String, commit: String) throws(HubError) {
    guard revision != commit else { return }
    let path = "\(folder)/refs/\(revision)"
    try makeParent(of: path)
    do throws(SystemError) {
      try TemporaryFile.write(Array(commit.utf8), to: path, synchronized: false)
    } catch {
      throw HubError(error)
    }
  }

  private func makeParent(of path: String) throws(HubError) {
    do throws(SystemError) {
      try FileSystem.makeFolders(String(path[..<path.lastIndex(of: "/")!]))
    } catch {
      throw HubError(error)
    }
  }
}
