import VitKit

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

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
    for path in ["\(folder)/blobs", "\(folder)/snapshots", locks] { try makeFolders(path) }
  }

  /// Gives a blob its name in a snapshot.
  func link(_ file: String, commit: String, to hash: ContentHash) throws(HubError) {
    let path = "\(snapshot(commit))/\(file)"
    try makeFolders(String(path[..<path.lastIndex(of: "/")!]))
    let depth = file.utf8.count { $0 == UInt8(ascii: "/") }
    let target = String(repeating: "../", count: depth + 2) + "blobs/\(hash.text)"
    // Beside it and then over it, so that the name never leads nowhere.
    let temporary = path + temporarySuffix()
    if symlink(target, temporary) != 0 {
      guard errno == EPERM || errno == ENOTSUP || errno == EOPNOTSUPP else {
        throw failure(path)
      }
      // A file system without links holds the content itself, as huggingface_hub does there.
      guard rename(blob(hash), path) == 0 else { throw failure(path) }
      return
    }
    guard rename(temporary, path) == 0 else {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
  }

  /// Remembers which commit a branch or tag points to.
  func writeReference(_ revision: String, commit: String) throws(HubError) {
    guard revision != commit else { return }
    let path = "\(folder)/refs/\(revision)"
    try makeFolders(String(path[..<path.lastIndex(of: "/")!]))
    let temporary = path + temporarySuffix() + ".tmp"
    guard let file = fopen(temporary, "wxe") else { throw failure(path) }
    let isWritten = fputs(commit, file) >= 0
    guard fclose(file) == 0, isWritten, rename(temporary, path) == 0 else {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
  }

  private func temporarySuffix() -> String {
    "." + String(UInt32.random(in: 0...UInt32.max), radix: 16)
  }
}

/// Makes a folder and those above it.
func makeFolders(_ path: String) throws(HubError) {
  if access(path, F_OK) == 0 { return }
  if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
    try makeFolders(String(path[..<slash]))
  }
  guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw failure(path) }
}

/// What the system says of the last call on `path`.
func failure(_ path: String) -> HubError {
  .cannotWrite(path: path, reason: String(cString: strerror(errno)))
}
