import VitJSON
import VitKit
import VitSystem

/// Brings one file of a repository into the cache.
struct FileDownload {
  let name: HubName
  let listing: RepositoryListing
  let cache: RepositoryCache
  let connection: HubConnection

  /// Fetches a file unless it is there, checks it, and names it in the snapshot.
  ///
  /// - Parameter received: called with the number of the file's bytes that are there.
  func fetch(_ file: String, received: (Int) throws(HubError) -> Void) throws(HubError) {
    guard ModelFiles.isFileName(file), let listed = listing.files[file] else {
      throw .notAModel(
        name: "\(name)", reason: "lacks \(printable(file)), which its index names")
    }
    let place = "\(cache.snapshot(listing.commit))/\(file)"
    if let size = fileSize(place), listed.size == nil || listed.size == size {
      return try received(size)
    }
    let (hash, size) = try announced(listed)
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

  /// The hash and size that the server announces for a file, checked against the list of files.
  private func announced(
    _ listed: RepositoryListing.File
  ) throws(HubError) -> (ContentHash, size: Int) {
    let url = connection.address.file(
      listed.name, repository: name.repository, commit: listing.commit)
    let (response, redirects) = try connection.send(
      HTTPClient.Request(url: url, isHead: true, followsToOtherServers: false))
    guard response.isSuccess || response.isRedirect else {
      throw connection.error(response, file: listed.name)
    }
    /// Redirects within the Hub repeat these headers or leave them to the last answer.
    func header(_ field: String) -> String? {
      response[field] ?? redirects.last { $0[field] != nil }?[field]
    }
    if let commit = header("x-repo-commit"), !commit.isExactly(listing.commit) {
      throw .invalidAnswer(url: url, reason: "answers for the commit \(commit)")
    }
    let tag = header("x-linked-etag") ?? (response.isSuccess ? response["etag"] : nil)
    guard let hash = tag.flatMap({ ContentHash(etag: $0) }) ?? listed.hash else {
      throw .invalidAnswer(
        url: url, reason: "tells no SHA-256 and no git hash to check the file against")
    }
    let linkedSize = header("x-linked-size").flatMap { Int($0) }
    let length = response.isSuccess ? response.contentLength : nil
    guard let size = linkedSize ?? length ?? listed.size, size >= 0 else {
      throw .invalidAnswer(url: url, reason: "tells no size to check the file against")
    }
    if let other = listed.size, other != size {
      throw .invalidAnswer(url: url, reason: "tells two sizes, \(size) and \(other) bytes")
    }
    if let other = listed.hash, other.kind == hash.kind, other != hash {
      throw .invalidAnswer(url: url, reason: "tells two hashes, \(hash.text) and \(other.text)")
    }
    return (hash, size)
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
      let found = partial.hash()
      if found == hash.text { break }
      // What an earlier download left may have been something else.
      guard isResumed else {
        partial.remove()
        throw .wrongContent(
          name: "\(name)", file: file, reason: "its hash is \(found), not \(hash.text)")
      }
      isResumed = false
      try partial.restart()
    }
    try partial.move(to: cache.blob(hash))
  }

  /// Asks for what is missing until nothing is, as often as bytes come.
  private func transfer(
    _ file: String, into partial: PartialFile, received: (Int) throws(HubError) -> Void
  ) throws(HubError) {
    let url = connection.address.file(file, repository: name.repository, commit: listing.commit)
    var failures = 0
    while partial.count < partial.size {
      let start = partial.count
      var request = HTTPClient.Request(url: url)
      request.resumesAt = start
      var isFirst = true
      var last: HubError?
      var pause: Double?
      do throws(HubError) {
        let (response, _) = try connection.client.send(request) {
          (bytes, response) throws(HubError) in
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
      failures = partial.count > start ? 1 : failures + 1
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
