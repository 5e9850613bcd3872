import VitCheckpoint

/// Computes a content's hash as it comes.
struct ContentHasher {
  private var sha256 = SHA256()
  private var sha1 = SHA1()
  private let kind: ContentHash.Kind

  /// - Parameter size: of the whole content, which git hashes before it.
  init(_ kind: ContentHash.Kind, size: Int) {
    self.kind = kind
    if kind == .gitBlob {
      Array("blob \(size)\0".utf8).withUnsafeBytes { sha1.update($0) }
    }
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    switch kind {
    case .sha256: sha256.update(bytes)
    case .gitBlob: sha1.update(bytes)
    }
  }

  mutating func finalized() -> String {
    switch kind {
    case .sha256: sha256.finalized()
    case .gitBlob: sha1.finalized()
    }
  }
}
