import VitKit
import VitSystem

/// Talks to one Hub about one model: tries again what may pass, and says what an answer means.
struct HubConnection {
  let name: HubName
  let address: HubAddress
  let client: HTTPClient
  let timeouts: HubTimeouts
  let hasToken: Bool
  let isCancelled: () -> Bool

  /// - Parameter receive: gets the pieces of a successful answer's body, after `begin`.
  func send(
    _ request: HTTPClient.Request,
    receive: (UnsafeRawBufferPointer) throws(HubError) -> Void = { _ in },
    begin: () -> Void = {}
  ) throws(HubError) -> (response: HTTPResponse, redirects: [HTTPResponse]) {
    var failures = 0
    while true {
      let last: HubError
      var pause: Double?
      do throws(HubError) {
        begin()
        let answer = try client.send(request) { (bytes, _) throws(HubError) in
          try receive(bytes)
        }
        guard Self.isTemporary(answer.response) else { return answer }
        pause = Self.retryAfter(answer.response)
        last = error(answer.response, file: nil)
      } catch {
        guard case .connectionBroke = error else { throw error }
        last = error
      }
      failures += 1
      guard failures < timeouts.attempts else { throw last }
      try self.pause(after: failures, atLeast: pause)
    }
  }

  /// What the repository holds at the revision that was asked for.
  func listing() throws(HubError) -> RepositoryListing {
    let url = address.listing(repository: name.repository, revision: name.revision)
    var bytes: [UInt8] = []
    let (response, _) = try send(
      HTTPClient.Request(url: url, followsToOtherServers: false),
      receive: { (piece) throws(HubError) in
        guard bytes.count + piece.count <= RepositoryListing.limit else {
          throw .invalidAnswer(url: url, reason: "the list of files has no end")
        }
        bytes += piece
      }, begin: { bytes.removeAll() })
    guard response.isSuccess else { throw error(response, file: nil) }
    var listing = try RepositoryListing(bytes, url: url)
    if listing.commit.isEmpty { listing.commit = try commit(of: listing, url: url) }
    return listing
  }

  /// The commit of a list that does not say it: a file's headers do.
  private func commit(
    of listing: RepositoryListing, url: String
  ) throws(HubError) -> String {
    if HubName.isCommit(name.revision) { return name.revision }
    let known = ModelFiles.small.first { listing.files[$0] != nil }
    if let file = known {
      let (response, redirects) = try send(
        HTTPClient.Request(
          url: address.file(file, repository: name.repository, revision: name.revision),
          isHead: true, followsToOtherServers: false))
      let found = ([response] + redirects).compactMap { $0["x-repo-commit"] }.first
      if let found, HubName.isCommit(found) { return found }
    }
    throw .invalidAnswer(url: url, reason: "tells no commit (sha, X-Repo-Commit)")
  }

  /// What an answer that is no success says.
  ///
  /// - Parameter file: that was asked for, or nil for the model itself.
  func error(_ response: HTTPResponse, file: String?) -> HubError {
    let code = response["x-error-code"]
    switch response.status {
    case 401 where code == "GatedRepo" && hasToken, 403:
      return .forbidden(name: "\(name)", endpoint: address.endpoint)
    case 401:
      return .unauthorized(name: "\(name)", endpoint: address.endpoint, hasToken: hasToken)
    case 404 where code == "RevisionNotFound":
      return .notFound(
        name: "\(name)", what: "the model has no revision \(name.revision); give another")
    case 404:
      let what = file.map { "\($0) is not there" } ?? "there is no such model; check the name"
      return .notFound(name: "\(name)", what: "\(what) (404 from \(address.endpoint))")
    case 300..<400:
      return .invalidAnswer(url: response.url, reason: "redirects to another server")
    case 408, 429, 500..<600:
      return .unreachable(endpoint: address.endpoint, reason: "it answers \(response.status)")
    default:
      return .invalidAnswer(url: response.url, reason: "answers \(response.status)")
    }
  }

  func checkCancelled() throws(HubError) {
    if isCancelled() { throw .cancelled(name: "\(name)") }
  }

  /// Waits before another try, twice as long after each failure, up to half a minute.
  func pause(after failures: Int, atLeast seconds: Double?) throws(HubError) {
    var length = timeouts.firstPause
    for _ in 1..<max(failures, 1) { length *= 2 }
    let end = ContinuousClock.now + .seconds(min(30, max(length, seconds ?? 0)))
    while ContinuousClock.now < end {
      try checkCancelled()
      CurrentThread.sleep(for: .milliseconds(20))
    }
  }

  /// Whether the same request may succeed later.
  static func isTemporary(_ response: HTTPResponse) -> Bool {
    [408, 429, 500, 502, 503, 504].contains(response.status)
  }

  /// Seconds that the server asks to wait.
  static func retryAfter(_ response: HTTPResponse) -> Double? {
    response["retry-after"].flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
  }
}
