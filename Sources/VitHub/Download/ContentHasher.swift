import VitCheckpoint

/// Computes a content's hash as it comes.
struct ContentHasher {
  private var sha256 = SHA256()
  private var git = SHA1()
  private var sha1 = SHA1()
  private let kind: ContentHash.Kind

  /// - Parameter size: of the whole content, which git hashes before it.
  init(_ kind: ContentHash.Kind, size: Int) {
    self.kind = kind
    Array("blob \(size)\0".utf8).withUnsafeBytes { git.update($0) }
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    switch kind {
    case .sha256: sha256.update(bytes)
    case .gitBlob: git.update(bytes)
    case .sha1OrGitBlob:
      git.update(bytes)
      sha1.update(bytes)
    case .opaque: break
    }
  }

  /// What the content's hash may be called; nothing where it is not checked.
  mutating func finalized() -> [String] {
    switch kind {
    case .sha256: [sha256.finalized()]
    case .gitBlob: [git.finalized()]
    case .sha1OrGitBlob: [git.finalized(), sha1.finalized()]
    case .opaque: []
    }
  }
}
