/// Scheme, host and port of a URL (RFC 6454): who gets to see what is sent there.
struct Origin: Equatable {
  let scheme: String
  let host: String
  let port: Int

  /// Nil for what is no HTTP URL, and for one that carries a user's name: those serve to make an
  /// address look like another's.
  init?(_ url: String) {
    guard let colon = url.range(of: "://") else { return nil }
    scheme = url[..<colon.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let authority = url[colon.upperBound...].prefix { !"/?#\\".contains($0) }
    guard !authority.isEmpty, !authority.contains("@") else { return nil }
    // A colon within brackets belongs to an IPv6 address.
    let afterHost = authority.lastIndex(of: "]") ?? authority.startIndex
    if let separator = authority[afterHost...].lastIndex(of: ":") {
      guard let number = Int(authority[authority.index(after: separator)...]),
        (1...65535).contains(number)
      else { return nil }
      (host, port) = (authority[..<separator].lowercased(), number)
    } else {
      (host, port) = (authority.lowercased(), scheme == "https" ? 443 : 80)
    }
    guard !host.isEmpty else { return nil }
  }
}

extension String {
  /// The first place where `other` stands.
  fileprivate func range(of other: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(other) {
        return start..<index(start, offsetBy: other.count)
      }
      start = index(after: start)
    }
    return nil
  }
}
