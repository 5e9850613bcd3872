import VitKit
import VitSystem

/// What a server says of a file before it sends it.
struct Announcement {
  let hash: ContentHash
  let size: Int

  /// Asks for a file's size and hash, and holds them against the list of files.
  ///
  /// The list's hash and the Hub's own header count for more than an `ETag`, which a mirror or a
  /// repository manager fills as it likes. A length of 0 in an answer to HEAD is none: where nothing
  /// else tells the size, one byte is asked for.
  init(
    of listed: RepositoryListing.File, at url: String, commit: String,
    connection: HubConnection
  ) throws(HubError) {
    var (response, redirects) = try connection.send(
      HTTPClient.Request(url: url, isHead: true, followsToOtherServers: false))
    // A server that knows no HEAD.
    if [405, 501].contains(response.status) {
      (response, redirects) = try Self.askForOneByte(url, connection)
    }
    guard response.isSuccess || response.isRedirect else {
      throw connection.error(response, file: listed.name)
    }
    /// Redirects within the Hub repeat these headers or leave them to the last answer.
    func header(_ field: String) -> String? {
      response[field] ?? redirects.last { $0[field] != nil }?[field]
    }
    if let other = header("x-repo-commit"), !other.isExactly(commit) {
      throw .invalidAnswer(url: url, reason: "answers for the commit \(other)")
    }
    let linked = header("x-linked-etag").flatMap { ContentHash(linked: $0) }
    if let linked, let other = listed.hash, other.kind == linked.kind, other != linked {
      throw .invalidAnswer(url: url, reason: "tells two hashes, \(linked.text) and \(other.text)")
    }
    let linkedSize = header("x-linked-size").flatMap { Int($0) }
    if linked == nil, listed.hash == nil, !response.isSuccess {
      // A mirror that sends on to another server, which alone knows the file.
      (response, redirects) = try connection.send(HTTPClient.Request(url: url, isHead: true))
      guard response.isSuccess else { throw connection.error(response, file: listed.name) }
    }
    let tag = response.isSuccess ? response["etag"].flatMap { ContentHash.etag($0) } : nil
    guard let hash = linked ?? listed.hash ?? tag else {
      throw .invalidAnswer(
        url: url, reason: "tells no ETag and no hash that could name the file's content")
    }
    var size = linkedSize ?? (response.isSuccess ? Self.length(response) : nil)
    if size == nil, listed.size == nil {
      size = Self.length(try Self.askForOneByte(url, connection).response, isWhole: true)
    }
    guard let size = size ?? listed.size, size >= 0 else {
      throw .invalidAnswer(url: url, reason: "tells no size to check the file against")
    }
    if let other = listed.size, other != size {
      throw .invalidAnswer(url: url, reason: "tells two sizes, \(size) and \(other) bytes")
    }
    (self.hash, self.size) = (hash, size)
  }

  private static func askForOneByte(
    _ url: String, _ connection: HubConnection
  ) throws(HubError) -> (response: HTTPResponse, redirects: [HTTPResponse]) {
    var request = HTTPClient.Request(url: url)
    request.asksForHeadersAlone = true
    return try connection.send(request)
  }

  /// Of the whole file.
  ///
  /// - Parameter isWhole: whether a length of 0 means an empty file.
  private static func length(_ response: HTTPResponse, isWhole: Bool = false) -> Int? {
    if response.status == 206 { return response.contentRange?.total }
    guard let length = response.contentLength, length > 0 || isWhole else { return nil }
    return length
  }
}
