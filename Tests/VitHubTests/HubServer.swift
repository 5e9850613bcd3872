import Foundation
import Synchronization

/// A small HTTP server on this machine that behaves like the Hub: lists a repository's files, gives
/// small ones itself, and redirects to another port for large ones, as the Hub does to its CDN.
final class HubServer: Sendable {
  struct File: Sendable {
    var content: [UInt8]
    var isLarge = false
    /// What the server claims, where that is not the truth.
    var claimedHash: String?
    var claimedSize: Int?
    /// Of the listing alone.
    var listedHash: String?
    var listedSize: Int?
    /// The connection ends after so many bytes of each answer.
    var breaksAfter: Int?
    /// A server that ignores `Range`.
    var ignoresRange = false
    /// Sends other bytes than those that were hashed.
    var sent: [UInt8]?
  }

  struct Request: Sendable, Equatable {
    let method: String
    let path: String
    let headers: [String: String]
    /// Whether it came to the second port.
    let isContent: Bool
  }

  struct State: Sendable {
    var repositories: [String: [String: File]] = [:]
    var commit = String(repeating: "c0ffee11", count: 5)
    /// Refuses those who do not send it.
    var token: String?
    var isGated = false
    /// Answers of this status before anything else, so many times.
    var failures: (status: Int, count: Int) = (503, 0)
    var redirectsToRelative = false
    var sendsNoHeaders = false
    var isDelayed = false
    /// Answers as such a server, and sends everything itself.
    var mirror: Mirror?
    var requests: [Request] = []
  }

  let state = Mutex(State())
  private let hub: Listener
  private let content: Listener

  var endpoint: String { "http://127.0.0.1:\(hub.port)" }
  var requests: [Request] { state.withLock { $0.requests } }

  init() throws {
    hub = try Listener()
    content = try Listener()
    hub.start { [weak self] in self?.answer($0, isContent: false) ?? .none }
    content.start { [weak self] in self?.answer($0, isContent: true) ?? .none }
  }

  deinit {
    hub.stop()
    content.stop()
  }

  func add(_ repository: String, _ files: [String: File]) {
    state.withLock { $0.repositories[repository] = files }
  }

  private func answer(_ request: Listener.Request, isContent: Bool) -> Listener.Answer {
    let state = state.withLock { state in
      state.requests.append(
        Request(
          method: request.method, path: request.path, headers: request.headers,
          isContent: isContent))
      let copy = state
      if state.failures.count > 0 { state.failures.count -= 1 }
      return copy
    }
    if state.failures.count > 0 { return .init(status: state.failures.status) }
    if state.isDelayed { usleep(2_000) }
    let parts = request.path.split(separator: "?")[0].split(separator: "/").map(String.init)
    if isContent {
      // /content/owner/name/FILE: signed by its address, so a token there would be a leak.
      guard parts.count >= 4, let file = state.repositories["\(parts[1])/\(parts[2])"]?[parts[3]]
      else { return .init(status: 404) }
      return content(of: file, request)
    }
    if let needed = state.mirror?.authorization, request.headers["authorization"] != needed {
      return .init(status: 401)
    }
    if let token = state.token, request.headers["authorization"] != "Bearer \(token)" {
      return .init(status: 401, headers: ["X-Error-Code: RepoNotFound"])
    }
    if parts.first == "api", parts.count >= 4 {
      return listing(parts, state)
    }
    guard parts.count >= 5, parts[2] == "resolve" || parts[2] == "again" else {
      return .init(status: 404)
    }
    if state.isGated { return .init(status: 403, headers: ["X-Error-Code: GatedRepo"]) }
    if state.redirectsToRelative, parts[2] == "resolve" {
      let path = request.path.replacingOccurrences(of: "/resolve/", with: "/again/")
      return .init(status: 307, headers: ["Location: \(path)"])
    }
    let repository = "\(parts[0])/\(parts[1])"
    guard let files = state.repositories[repository] else {
      return .init(status: 404, headers: ["X-Error-Code: RepoNotFound"])
    }
    guard parts[3] == state.commit || parts[3] == "main" || parts[3] == "v1" else {
      return .init(status: 404, headers: ["X-Error-Code: RevisionNotFound"])
    }
    let name = parts[4...].joined(separator: "/")
    guard let file = files[name] else {
      return .init(
        status: 404,
        headers: ["X-Error-Code: EntryNotFound", "X-Repo-Commit: \(state.commit)"])
    }
    if let mirror = state.mirror { return answer(of: mirror, file, request, state) }
    if state.sendsNoHeaders { return .init(status: 200, body: file.content) }
    var headers = ["X-Repo-Commit: \(state.commit)"]
    let hash = file.claimedHash ?? file.hash
    if file.isLarge {
      headers += [
        "X-Linked-ETag: \"\(hash)\"", "X-Linked-Size: \(file.claimedSize ?? file.content.count)",
        "ETag: \"not-of-the-file\"",
        "Location: http://127.0.0.1:\(content.port)/content/\(repository)/\(name)",
      ]
      return .init(status: 302, headers: headers)
    }
    headers.append("ETag: \"\(hash)\"")
    return content(of: file, request, headers: headers)
  }

  private func answer(
    of mirror: Mirror, _ file: File, _ request: Listener.Request, _ state: State
  ) -> Listener.Answer {
    let isHead = request.method == "HEAD"
    if isHead, let status = mirror.headStatus { return .init(status: status) }
    if mirror.refusesRanges, request.headers["range"] != nil { return .init(status: 416) }
    var answer = content(
      of: file, request, headers: mirror.header(of: file) + ["X-Repo-Commit: \(state.commit)"])
    if mirror.tellsNoRange { answer.headers.removeAll { $0.hasPrefix("Content-Range") } }
    if isHead, mirror.headHasNoLength { answer.body = [] }
    return answer
  }

  private func content(
    of file: File, _ request: Listener.Request, headers: [String] = []
  ) -> Listener.Answer {
    let bytes = file.sent ?? file.content
    var answer = Listener.Answer(status: 200, headers: headers, body: bytes)
    if let range = request.headers["range"], !file.ignoresRange, range.hasPrefix("bytes="),
      let start = Int(range.dropFirst("bytes=".count).prefix { $0 != "-" })
    {
      guard start < bytes.count else { return .init(status: 416) }
      answer.status = 206
      answer.headers.append("Content-Range: bytes \(start)-\(bytes.count - 1)/\(bytes.count)")
      answer.body = Array(bytes[start...])
    }
    answer.breaksAfter = file.breaksAfter
    return answer
  }

  private func listing(_ parts: [String], _ state: State) -> Listener.Answer {
    guard let files = state.repositories["\(parts[2])/\(parts[3])"] else {
      return .init(status: 404, headers: ["X-Error-Code: RepoNotFound"])
    }
    guard parts.count < 6 || ["main", "v1", "refs%2Fpr%2F1", state.commit].contains(parts[5])
    else { return .init(status: 404, headers: ["X-Error-Code: RevisionNotFound"]) }
    let siblings = files.sorted { $0.key < $1.key }.map { name, file in
      let size = file.listedSize ?? file.claimedSize ?? file.content.count
      let hash = file.listedHash ?? file.claimedHash ?? file.hash
      if state.mirror?.listsNoHashes == true { return "{\"rfilename\": \"\(name)\"}" }
      let blob = "\"rfilename\": \"\(name)\", \"size\": \(size)"
      return file.isLarge
        ? "{\(blob), \"lfs\": {\"sha256\": \"\(hash)\", \"size\": \(size), \"pointerSize\": 130}}"
        : "{\(blob), \"blobId\": \"\(hash)\"}"
    }
    let text =
      "{\"id\": \"\(parts[2])/\(parts[3])\", "
      + (state.mirror?.listsNoCommit == true ? "" : "\"sha\": \"\(state.commit)\", ")
      + "\"siblings\": ["
      + siblings.joined(separator: ", ") + "]}"
    return .init(status: 200, headers: ["Content-Type: application/json"], body: Array(text.utf8))
  }
}
