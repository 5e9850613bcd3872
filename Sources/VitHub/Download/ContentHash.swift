/// What names a file's content in the Hub's cache, and what the content is checked against.
struct ContentHash: Equatable {
  enum Kind {
    case sha256, gitBlob
    /// Of 40 digits, from a server that does not say which.
    case sha1OrGitBlob
    /// A name that is no hash of the content, or of none that is known here: nothing to check against.
    case opaque
  }

  let kind: Kind
  /// Safe as a file's name; a hash is in lower-case hexadecimal.
  let text: String

  private init(kind: Kind, text: String) {
    (self.kind, self.text) = (kind, text)
  }

  /// As the Hub tells it: 64 hexadecimal digits (SHA-256, of large files) or 40 (git's name of a small
  /// one); nil for anything else, so that what a server sends is safe as a file's name.
  init?(_ text: String) {
    switch text.utf8.count {
    case 64: kind = .sha256
    case 40: kind = .gitBlob
    default: return nil
    }
    guard text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
      return nil
    }
    self.text = text
  }

  /// Of the Hub's own header `X-Linked-ETag`.
  init?(linked tag: String) { self.init(Self.bare(tag)) }

  /// Of an `ETag` of any server: the content's hash where it can be one, else a name. Nil for what
  /// cannot be a file's name.
  static func etag(_ tag: String) -> ContentHash? {
    let text = bare(tag)
    if let hash = ContentHash(text) {
      return hash.kind == .gitBlob ? ContentHash(kind: .sha1OrGitBlob, text: text) : hash
    }
    guard (1...128).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "."),
      text.utf8.allSatisfy({ byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
          || "-_.:+=".utf8.contains(byte)
      })
    else { return nil }
    return ContentHash(kind: .opaque, text: text)
  }

  /// Without the quotes, and the `W/` of a weak one before them.
  private static func bare(_ tag: String) -> String {
    var text = Substring(tag)
    if text.hasPrefix("W/") { text = text.dropFirst(2) }
    if text.hasPrefix("\""), text.hasSuffix("\""), text.count >= 2 {
      text = text.dropFirst().dropLast()
    }
    return String(text)
  }
}
