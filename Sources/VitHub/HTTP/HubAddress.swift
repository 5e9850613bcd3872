/// Addresses of what the Hub serves.
struct HubAddress {
  /// Without a slash at its end, and without a user's name.
  let endpoint: String
  /// Those that the address was given with.
  let credentials: Credentials?

  init(endpoint: String) {
    var endpoint = endpoint
    (endpoint, credentials) = Credentials.split(endpoint)
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    self.endpoint = endpoint
  }

  /// What a repository holds at a revision, with each file's size and hash.
  func listing(repository: String, revision: String) -> String {
    "\(endpoint)/api/models/\(repository)/revision/\(Self.escaped(revision))?blobs=true"
  }

  /// - Parameter revision: a commit, a branch or a tag.
  func file(_ file: String, repository: String, revision: String) -> String {
    let path = file.split(separator: "/").map { Self.escaped(String($0)) }.joined(separator: "/")
    return "\(endpoint)/\(repository)/resolve/\(Self.escaped(revision))/\(path)"
  }

  /// `owner/name` of `owner/name@revision`.
  static func repository(of name: String) -> String {
    String(name.prefix { $0 != "@" })
  }

  /// Percent-encoded but for RFC 3986's unreserved characters; a slash is encoded too.
  static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        result.append("%")
        result.append(digits[Int(byte >> 4)])
        result.append(digits[Int(byte & 15)])
      }
    }
    return result
  }
}
