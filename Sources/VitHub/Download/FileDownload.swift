import VitJSON
import VitKit
import VitSystem

/// Brings files of a repository into the cache.
final class FileDownload {
  let name: HubName
  let listing: RepositoryListing
  let cache: RepositoryCache
  let connection: HubConnection
  /// What was asked already.
  private var announcements: ExactDictionary<Announcement> = [:]

  init(
    name: HubName, listing: RepositoryListing, cache: RepositoryCache, connection: HubConnection
  ) {
    (self.name, self.listing, self.cache, self.connection) = (name, listing, cache, connection)
  }

  /// How large a file is that is needed.
  func size(of file: String) throws(HubError) -> Int {
    let listed = try listed(file)
    if let size = listed.size ?? present(listed) { return size }
    return try announced(listed).size
  }

  private func listed(_ file: String) throws(HubError) -> RepositoryListing.File {
    guard ModelFiles.isFileName(file), let listed = listing.files[file] else {
      throw .notAModel(
        name: "\(name)", reason: "lacks \(printable(file)), which its index names")
    }
    return listed
  }

  /// The size of a file that is in the snapshot already, or nil.
  private func present(_ listed: RepositoryListing.File) -> Int? {
    guard let size = fileSize("\(cache.snapshot(listing.commit))/\(listed.name)"),
      listed.size == nil || listed.size == size
    else { return nil }
    return size
  }

  private func announced(_ listed: RepositoryListing.File) throws(HubError) -> Announcement {
    if let known = announcements[listed.name] { return known }
    let found = try Announcement(
      of: listed,
      at: connection.address.file(
        listed.name, repository: name.repository, revision: listing.commit),
      commit: listing.commit, connection: connection)
    announcements[listed.name] = found
    return found
  }

  /// Fetches a file unless it is there, checks it, and names it in the snapshot.
  ///
  /// - Parameter received: called with the number of the file's bytes that are there.
  func fetch(
    _ file: String, received: (Int) throws(HubError) -> Void = { _ in }
  ) throws(HubError) {
    let listed = try listed(file)
    if let size = present(listed) { return try received(size) }
    let announced = try announced(listed)
    let (hash, size) = (announced.hash, announced.size)
    if hash.kind == .opaque {
      log.notice("\(name): \(file) has no hash at this server: only its size is checked")
    }
    try cache.prepare()
    let lock = try FileLock.waiting(for: cache.lock(hash)) { () throws(HubError) in
      try connection.checkCancelled()
    }
    defer { withExtendedLifetime(lock) {} }
    // Another may have brought it while the lock was waited for.
    if fileSize(cache.blob(hash)) != size {
      try bring(file, hash: hash, size: size, received: received)
    }
    try cache.link(file, commit: listing.commit, to: hash)
    try received(size)
  }

  private func bring(
    _ file: String, hash: ContentHash, size: Int, received: (Int) throws(HubError) -> Void
  ) throws(HubError) {
    let partial = try PartialFile(cache.incomplete(hash), size: size, expected: hash)
    var isResumed = partial.count > 0
    do throws(HubError) {
      try checkSpace(size - partial.count)
    } catch {
      if partial.count == 0 { partial.remove() }
      throw error
    }
    while true {
      do throws(HubError) {
        try transfer(file, into: partial, received: received)
      } catch {
        if case .wrongContent = error { partial.remove() }
        throw error
      }
      let found = partial.hashes()
      if found.isEmpty || found.contains(hash.text) { break }
      // What an earlier download left may have been something else.
      guard isResumed else {
        partial.remove()
        throw .wrongContent(
          name: "\(name)", file: file, reason: "its hash is \(found[0]), not \(hash.text)")
      }
      isResumed = false
      try partial.restart()
    }
    try partial.move(to: cache.blob(hash))
  }

  /// Fewer bytes than this are no progress: a server that sends one at a time would take years.
  private static let leastProgress = 1024

  /// Asks for what is missing until nothing is, as often as it gets farther than before.
  private func transfer(
    _ file: String, into partial: PartialFile, received: (Int) throws(HubError) -> Void
  ) throws(HubError) {
    let url = connection.address.file(file, repository: name.repository, revision: listing.commit)
    var failures = 0
    var farthest = partial.count
    // Until the server shows that it cannot.
    var mayResume = true
    while partial.count < partial.size {
      let start = partial.count
      var request = HTTPClient.Request(url: url)
      request.resumesAt = mayResume ? start : 0
      var isFirst = true
      var last: HubError?
      var pause: Double?
      do throws(HubError) {
        let (response, _) = try connection.client.send(request) {
          (bytes, response) throws(HubError) in
          if isFirst, response.status == 206, response["content-range"] == nil {
            // Which bytes these are is not said.
            mayResume = false
            throw .connectionBroke(url: url, reason: "a part came without Content-Range")
          }
          if isFirst { try begin(file, response, partial, resumesAt: start) }
          isFirst = false
          guard bytes.count <= partial.size - partial.count else {
            throw .wrongContent(
              name: "\(name)", file: file, reason: "it is longer than \(partial.size) bytes")
          }
          try partial.append(bytes)
          try received(partial.count)
        }
        if response.status == 416 {
          mayResume = false
          try partial.restart()
        } else if response.isSuccess {
          guard partial.count < partial.size else { return }
          last = .wrongContent(
            name: "\(name)", file: file,
            reason: "it ends at byte \(partial.count) of \(partial.size)")
        } else if HubConnection.isTemporary(response) {
          pause = HubConnection.retryAfter(response)
        } else {
          throw connection.error(response, file: file)
        }
        last = last ?? connection.error(response, file: file)
      } catch {
        guard case .connectionBroke = error else { throw error }
        last = error
      }
      let isProgress = partial.count - farthest >= Self.leastProgress
      failures = isProgress ? 1 : failures + 1
      farthest = max(farthest, partial.count)
      guard failures < connection.timeouts.attempts else { throw last! }
      try connection.pause(after: failures, atLeast: pause)
    }
  }

  /// Judges the beginning of an answer that brings content.
  private func begin(
    _ file: String, _ response: HTTPResponse, _ partial: PartialFile, resumesAt start: Int
  ) throws(HubError) {
    if response.status == 206 {
      guard let range = response.contentRange, range.start == start, range.total == partial.size
      else {
        throw .wrongContent(
          name: "\(name)", file: file,
          reason: "bytes from \(start) of \(partial.size) were asked for, and "
            + "\(response["content-range"] ?? "others") came")
      }
      return
    }
    // The server does not resume.
    if start > 0 { try partial.restart() }
    if let length = response.contentLength, length != partial.size {
      throw .wrongContent(
        name: "\(name)", file: file,
        reason: "\(partial.size) bytes were announced, and \(length) come")
    }
  }

  private func checkSpace(_ needed: Int) throws(HubError) {
    guard let free = FileSystem.freeSpace(at: cache.folder) else { return }
    guard needed <= free else {
      throw .diskFull(folder: cache.folder, needed: needed, free: free)
    }
  }

  private func fileSize(_ path: String) -> Int? {
    guard let status = try? FileStatus(path), status.kind == .regular else { return nil }
    return status.size
  }
}
