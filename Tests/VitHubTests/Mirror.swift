@testable import VitHub

/// How a mirror or a repository manager answers otherwise than the Hub.
struct Mirror: Sendable {
  enum ETag: CaseIterable, Sendable { case hub, sha1, md5Like, weak, none }

  var etag = ETag.hub
  var listsNoHashes = false
  var listsNoCommit = false
  /// HEAD answers `Content-Length: 0`.
  var headHasNoLength = false
  /// HEAD is answered by this status.
  var headStatus: Int?
  /// 206 without `Content-Range`.
  var tellsNoRange = false
  /// Every `Range` is answered by 416.
  var refusesRanges = false
  /// Of the header that everything needs.
  var authorization: String?

  func header(of file: HubServer.File) -> [String] {
    switch etag {
    case .hub: return ["ETag: \"\(file.hash)\""]
    case .weak: return ["ETag: W/\"\(file.hash)\""]
    case .sha1:
      var hash = SHA1()
      file.content.withUnsafeBytes { hash.update($0) }
      return ["ETag: \"\(hash.finalized())\""]
    case .md5Like: return ["ETag: \"\(file.hash.prefix(32))-2\""]
    case .none: return []
    }
  }
}
