import VitJSON
import VitKit
import VitModel
import VitSystem
import VitText

/// A Hugging Face Hub, and the cache on this machine that Python's `huggingface_hub` shares.
///
/// ```swift
/// let folder = try Hub().fetch("openai/clip-vit-base-patch32")
/// let model = try Model.load(folder)
/// ```
public struct Hub: Sendable {
  /// Where the Hub is, without a slash at the end.
  public var endpoint: String
  /// Sent to the endpoint's own server and to no other.
  public var token: String?
  /// The folder that holds `models--owner--name`.
  public var cache: String
  /// Whether the network is not to be used.
  public var isOffline: Bool
  public var timeouts: HubTimeouts

  public static let publicEndpoint = "https://huggingface.co"

  /// Which of a repository's files are wanted.
  public enum FileSet: Sendable {
    /// Everything that a model needs, its tokeniser included.
    case model
    /// The tokeniser's files alone.
    case tokenizer
  }

  /// What is not given comes from the environment, by the variables of `huggingface_hub`:
  /// `HF_ENDPOINT`, `HF_TOKEN` or the token that its log-in stored, `HF_HUB_CACHE`, `HF_HOME`,
  /// `XDG_CACHE_HOME` and `HF_HUB_OFFLINE`.
  public init(
    endpoint: String? = nil, token: String? = nil, cache: String? = nil, isOffline: Bool? = nil,
    timeouts: HubTimeouts = HubTimeouts()
  ) {
    self.endpoint =
      HubAddress(
        endpoint: endpoint ?? Environment["HF_ENDPOINT"] ?? Self.publicEndpoint
      ).endpoint
    self.token = token ?? HubEnvironment.token
    self.cache = cache ?? ModelLocation.hubCache
    self.isOffline = isOffline ?? HubEnvironment.isOffline
    self.timeouts = timeouts
  }

  /// Brings a model's files into the cache: those that are missing, each checked by size and hash.
  ///
  /// A download that breaks off goes on where it ended, in the same call or a later one. Of two at
  /// once the second waits. The branch or tag is remembered when all of `files` are there.
  ///
  /// - Parameters:
  ///   - name: `owner/name` or `owner/name@revision`.
  ///   - files: the whole model, or its tokeniser alone.
  ///   - progress: called for every piece, on the calling thread.
  ///   - isCancelled: asked at least once a second; true stops the download, and so does cancelling
  ///     the task.
  /// - Returns: the model's folder in the cache.
  public func fetch(
    _ name: String, files: FileSet = .model, progress: (HubProgress) -> Void = { _ in },
    isCancelled: @escaping () -> Bool = { false }
  ) throws(HubError) -> String {
    guard let name = HubName(name), name.hasOwner else { throw .invalidName(name) }
    if isOffline || HubName.isCommit(name.revision), let folder = cached(name, files: files) {
      log.debug("model found in the cache", metadata: ["name": "\(name)", "folder": "\(folder)"])
      return folder
    }
    guard !isOffline else {
      throw .offline(name: "\(name)", remedy: "leave out --offline and unset HF_HUB_OFFLINE")
    }
    let isCancelled = { Task.isCancelled || isCancelled() }
    let client = try HTTPClient(
      endpoint: endpoint, token: token, name: "\(name)", timeouts: timeouts,
      isCancelled: isCancelled)
    let connection = HubConnection(
      name: name, address: HubAddress(endpoint: endpoint), client: client, timeouts: timeouts,
      hasToken: token != nil, isCancelled: isCancelled)
    let listing = try connection.listing()
    log.debug(
      "model listed",
      metadata: [
        "name": "\(name)", "endpoint": "\(endpoint)", "commit": "\(listing.commit)",
        "files": "\(listing.files.count)",
      ])
    let selection = try FileSelection(listing, files: files, name: "\(name)")
    let download = FileDownload(
      name: name, listing: listing,
      cache: RepositoryCache(cache: cache, name: name), connection: connection)

    var state = HubProgress(file: "", fileBytes: 0, bytes: 0, totalBytes: 0)
    func fetchAll(_ files: [String]) throws(HubError) {
      for file in files {
        // What a server says may be any number.
        let (sum, isTooMuch) = state.totalBytes.addingReportingOverflow(
          listing.files[file]?.size ?? 0)
        state.totalBytes = isTooMuch ? .max : sum
      }
      for file in files {
        let before = state.bytes
        state.file = file
        try download.fetch(file) { (count) throws(HubError) in
          (state.fileBytes, state.bytes) = (count, before + count)
          progress(state)
          try connection.checkCancelled()
        }
        log.debug("file is there", metadata: ["file": "\(file)", "bytes": "\(state.fileBytes)"])
      }
    }
    try fetchAll(selection.small)
    if let weights = selection.weights {
      try fetchAll([weights])
      if selection.isSharded { try fetchAll(shards(of: weights, download)) }
    }
    try download.cache.writeReference(name.revision, commit: listing.commit)
    return download.cache.snapshot(listing.commit)
  }

  /// The folder in the cache that has all of `files`, or nil.
  public func cached(_ name: HubName, files: FileSet = .model) -> String? {
    guard let folder = ModelLocation.cached(name, cache: cache), files.isComplete(in: folder)
    else { return nil }
    return folder
  }

  private func shards(
    of index: String, _ download: FileDownload
  ) throws(HubError) -> [String] {
    let folder = download.cache.snapshot(download.listing.commit)
    guard let json = try? ModelSource(path: folder).json(index),
      let shards = ModelFiles.shards(of: json)
    else {
      throw .notAModel(
        name: "\(download.name)", reason: "\(index) is no index of sharded weights")
    }
    return shards
  }
}

extension Hub.FileSet {
  /// Whether a folder of the cache has all of them; programs fetch it file by file.
  package func isComplete(in folder: String) -> Bool {
    switch self {
    case .model: ModelLocation.isComplete(folder)
    case .tokenizer: Tokenizer.exists(in: folder)
    }
  }
}
