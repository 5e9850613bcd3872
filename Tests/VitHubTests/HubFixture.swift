import Foundation

@testable import VitHub

extension HubServer.File {
  /// As the Hub computes it; `HashTests` check the computation against known values.
  var hash: String {
    var hasher = ContentHasher(isLarge ? .sha256 : .gitBlob, size: content.count)
    content.withUnsafeBytes { hasher.update($0) }
    return hasher.finalized()[0]
  }

  static func small(_ text: String) -> Self { Self(content: Array(text.utf8)) }

  /// Bytes without a pattern, the same each time.
  static func large(_ count: Int) -> Self {
    var state: UInt32 = 12345
    return Self(
      content: (0..<count).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(state >> 24)
      }, isLarge: true)
  }
}

/// A server with one model, and an empty cache.
final class HubFixture {
  static let name = "owner/tiny-vit"
  static let weightsSize = 300_000

  let server: HubServer
  let folder: URL

  init(_ change: (inout [String: HubServer.File]) throws -> Void = { _ in }) throws {
    server = try HubServer()
    folder = FileManager.default.temporaryDirectory.appending(path: "hub-\(UUID().uuidString)")
    var files: [String: HubServer.File] = [
      "config.json": .small("{\"model_type\": \"vit\"}\n"),
      "preprocessor_config.json": .small("{}\n"),
      "README.md": .small("# A model\n"),
      "model.safetensors": .large(Self.weightsSize),
      "pytorch_model.bin": .large(1000),
    ]
    try change(&files)
    server.add(Self.name, files)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func hub(token: String? = nil, attempts: Int = 3) -> Hub {
    Hub(
      endpoint: server.endpoint, token: token ?? "", cache: folder.path, isOffline: false,
      timeouts: HubTimeouts(connect: 5, idle: 5, attempts: attempts, firstPause: 0.001)
    ).withoutEmptyToken
  }

  /// Paths in the cache below the model's folder, sorted; locks are left out.
  var paths: [String] {
    let names = FileManager.default.enumerator(atPath: repository.path)?.allObjects as? [String]
    return (names ?? []).sorted()
  }

  var repository: URL { folder.appending(path: "models--owner--tiny-vit") }
  var commit: String { server.state.withLock { $0.commit } }

  func blob(_ file: String) -> URL {
    let hash = server.state.withLock { $0.repositories[Self.name]![file]!.hash }
    return repository.appending(path: "blobs/\(hash)")
  }

  /// Requests for content, of either port, by method and the file's name.
  func requests(for file: String, method: String = "GET") -> [HubServer.Request] {
    server.requests.filter { $0.method == method && $0.path.hasSuffix("/\(file)") }
  }

  /// Nothing is under a final name but whole files: every blob's name is the hash of its content.
  func blobsAreWhole() throws -> Bool {
    let blobs = repository.appending(path: "blobs")
    guard FileManager.default.fileExists(atPath: blobs.path) else { return true }
    for name in try FileManager.default.contentsOfDirectory(atPath: blobs.path)
    where !name.hasSuffix(".incomplete") {
      let content = [UInt8](try Data(contentsOf: blobs.appending(path: name)))
      var hasher = ContentHasher(name.count == 64 ? .sha256 : .gitBlob, size: content.count)
      content.withUnsafeBytes { hasher.update($0) }
      if !hasher.finalized().contains(name) { return false }
    }
    return true
  }
}

extension Hub {
  fileprivate var withoutEmptyToken: Hub {
    var hub = self
    if hub.token == "" { hub.token = nil }
    return hub
  }
}
