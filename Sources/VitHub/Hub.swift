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
  /// Where the Hub is, without a slash at the end. A user and a password in it
  /// (`https://user:password@host`) are sent to it alone, instead of the token.
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
    /// Everything that a model needs, its tokeniser included; of a repository in two layouts, timm's
    /// and OpenCLIP's, the weights of both.
    case model
    /// What images need: of a repository in two layouts the weights of one.
    case images
    /// What texts need, and images beside them: the weights of the layout that takes texts.
    case texts
    /// The tokeniser's files alone.
    case tokenizer
  }

  /// What is not given comes from the environment, by the variables of `huggingface_hub`:
  /// `HF_ENDPOINT`, `HF_TOKEN` or the token that its log-in stored, `HF_HUB_CACHE`, `HF_HOME`,
  /// `XDG_CACHE_HOME` and `HF_HUB_OFFLINE`. Certificates and proxies are those of `SSL_CERT_FILE`,
  /// `SSL_CERT_DIR`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`, `HTTPS_PROXY` and `NO_PROXY`.
  public init(
    endpoint: String? = nil, token: String? = nil, cache: String? = nil, isOffline: Bool? = nil,
    timeouts: HubTimeouts = HubTimeouts()
  ) {
    self.endpoint = endpoint ?? Environment["HF_ENDPOINT"] ?? Self.publicEndpoint
    while self.endpoint.hasSuffix("/") { self.endpoint.removeLast() }
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
      throw .offline(
        name: "\(name)", remedy: "set `Hub.isOffline` to false, or unset HF_HUB_OFFLINE")
    }
    let isCancelled = { Task.isCancelled || isCancelled() }
    let address = HubAddress(endpoint: endpoint)
    let client = try HTTPClient(
      endpoint: address.endpoint,
      authorization: address.credentials?.header ?? token.map { "Bearer \($0)" },
      name: "\(name)", timeouts: timeouts, isCancelled: isCancelled)
    let connection = HubConnection(
      name: name, address: address, client: client, timeouts: timeouts,
      hasToken: token != nil || address.credentials != nil, isCancelled: isCancelled)
    let listing = try connection.listing()
    log.debug(
      "model listed",
      metadata: [
        "name": "\(name)", "endpoint": "\(address.endpoint)", "commit": "\(listing.commit)",
        "files": "\(listing.files.count)",
      ])
    let selection = try FileSelection(listing, files: files, name: "\(name)")
    let download = FileDownload(
      name: name, listing: listing,
      cache: RepositoryCache(cache: cache, name: name), connection: connection)

    // The configuration decides whether the weights are worth fetching, and an index how much there is.
    if files != .tokenizer {
      for file in selection.configurations { try download.fetch(file) }
      try checkSupported(download)
    }
    var needed = selection.small
    for weights in try weights(of: selection, files, download) {
      needed.append(weights)
      if weights.hasSuffix(".index.json") {
        try download.fetch(weights)
        needed += try shards(of: weights, download)
      }
    }
    try fetchAll(needed, download, progress)
    try download.cache.writeReference(name.revision, commit: listing.commit)
    return download.cache.snapshot(listing.commit)
  }

  /// The folder in the cache that has all of `files`, or nil.
  public func cached(_ name: HubName, files: FileSet = .model) -> String? {
    guard let folder = ModelLocation.cached(name, cache: cache), files.isComplete(in: folder)
    else { return nil }
    return folder
  }

  private func fetchAll(
    _ files: [String], _ download: FileDownload, _ progress: (HubProgress) -> Void
  ) throws(HubError) {
    var state = HubProgress(file: "", fileBytes: 0, bytes: 0, totalBytes: 0)
    for file in files {
      // What a server says may be any number.
      let (sum, isTooMuch) = state.totalBytes.addingReportingOverflow(try download.size(of: file))
      state.totalBytes = isTooMuch ? .max : sum
    }
    for file in files {
      let before = state.bytes
      state.file = file
      try download.fetch(file) { (count) throws(HubError) in
        (state.fileBytes, state.bytes) = (count, before + count)
        progress(state)
        try download.connection.checkCancelled()
      }
      log.debug("file is there", metadata: ["file": "\(file)", "bytes": "\(state.fileBytes)"])
    }
  }

  /// The files of weights that are wanted, told from the configurations, which are there.
  private func weights(
    of selection: FileSelection, _ files: FileSet, _ download: FileDownload
  ) throws(HubError) -> [String] {
    guard let weights = selection.weights else { return [] }
    guard let openCLIPs = selection.openCLIPWeights, files != .images else { return [weights] }
    let folder = download.cache.snapshot(download.listing.commit)
    guard Self.takesTextsAsOpenCLIPAlone(folder) else { return [weights] }
    return files == .texts ? [openCLIPs] : [weights, openCLIPs]
  }

  fileprivate static func takesTextsAsOpenCLIPAlone(_ folder: String) -> Bool {
    (try? ModelDescription.takesTextsAsOpenCLIPAlone(configurationsOf: ModelSource(path: folder)))
      ?? false
  }

  /// - Throws: `HubError.notAModel` where the configuration is of what is not computed here.
  private func checkSupported(_ download: FileDownload) throws(HubError) {
    let name = "\(download.name)"
    do {
      let folder = download.cache.snapshot(download.listing.commit)
      try ModelDescription.check(configurationsOf: ModelSource(path: folder, name: name))
    } catch ModelError.unsupported(_, let kind) {
      throw .notAModel(
        name: name,
        reason: "\(kind) is not supported, and its weights were not fetched; supported are "
          + ModelError.supportedFamilies.joined(separator: "; "))
    } catch ModelError.notAModel(_, let reason) {
      throw .notAModel(name: name, reason: reason)
    } catch {
      throw .notAModel(name: name, reason: "\(error)".without(beginning: "\(name)/"))
    }
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
    case .model, .images: ModelLocation.isComplete(folder)
    case .texts:
      ModelLocation.isComplete(folder)
        && (!Hub.takesTextsAsOpenCLIPAlone(folder)
          || ModelFiles.openCLIPOwnWeights.contains { FileSystem.exists("\(folder)/\($0)") })
    case .tokenizer: Tokenizer.exists(in: folder)
    }
  }
}
