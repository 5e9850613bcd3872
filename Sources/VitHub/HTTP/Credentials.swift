import VitSystem

/// The user and the password of an address (`https://user:password@host`), for HTTP's basic
/// authentication (RFC 7617). They are sent to that server alone and are in no message.
struct Credentials: Equatable {
  /// Of the header `Authorization`.
  let header: String

  /// Splits them from an address.
  static func split(_ address: String) -> (address: String, credentials: Credentials?) {
    let bytes = Array(address.utf8)
    guard let scheme = bytes.firstIndex(of: UInt8(ascii: ":")),
      bytes[scheme...].starts(with: "://".utf8)
    else { return (address, nil) }
    let start = scheme + 3
    let end = bytes[start...].firstIndex { "/?#\\".utf8.contains($0) } ?? bytes.endIndex
    guard let at = bytes[start..<end].lastIndex(of: UInt8(ascii: "@")) else {
      return (address, nil)
    }
    let user = unescaped(bytes[start..<at])
    let rest = String(decoding: bytes[..<start] + bytes[(at + 1)...], as: UTF8.self)
    let whole = user.contains(UInt8(ascii: ":")) ? user : user + [UInt8(ascii: ":")]
    return (rest, Credentials(header: "Basic \(Base64.text(whole))"))
  }

  /// Percent-encoding is undone: a password may hold what an address may not.
  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var place = bytes.startIndex
    while place < bytes.endIndex {
      if bytes[place] == UInt8(ascii: "%"), place + 2 < bytes.endIndex,
        let value = UInt8(
          String(decoding: bytes[(place + 1)...(place + 2)], as: UTF8.self), radix: 16)
      {
        result.append(value)
        place += 3
      } else {
        result.append(bytes[place])
        place += 1
      }
    }
    return result
  }
}
