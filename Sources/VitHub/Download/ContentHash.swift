/// The hash by which the Hub and its cache name a file's content.
struct ContentHash: Equatable {
  enum Kind { case sha256, gitBlob }

  let kind: Kind
  /// In lower-case hexadecimal.
  let text: String

  /// Of 64 hexadecimal digits (SHA-256, of large files) or 40 (git's name of a small one); nil for
  /// anything else, so that what a server sends is safe as a file's name.
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

  /// Of an ETag header, which has quotes and may have a `W/` before them.
  init?(etag: String) {
    var text = Substring(etag)
    if text.hasPrefix("W/") { text = text.dropFirst(2) }
    if text.hasPrefix("\""), text.hasSuffix("\""), text.count >= 2 {
      text = text.dropFirst().dropLast()
    }
    self.init(String(text))
  }
}
