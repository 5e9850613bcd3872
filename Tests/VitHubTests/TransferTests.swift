import Foundation
import Testing
import VitKit

@testable import VitHub

/// Networks and servers that fail or lie.
@Suite struct TransferTests {
  @Test func aBrokenConnectionIsResumed() throws {
    let fixture = try HubFixture { $0["model.safetensors"]!.breaksAfter = 70_000 }
    _ = try fixture.hub().fetch(HubFixture.name)
    let ranges = fixture.requests(for: "model.safetensors").filter(\.isContent)
      .map { $0.headers["range"] }
    #expect(ranges == [nil, "bytes=70000-", "bytes=140000-", "bytes=210000-", "bytes=280000-"])
    #expect(try fixture.blobsAreWhole())
  }

  @Test func aServerWithoutRangesIsReadFromTheStart() throws {
    let fixture = try HubFixture { $0["model.safetensors"]!.ignoresRange = true }
    let partial = URL(filePath: fixture.blob("model.safetensors").path + ".incomplete")
    try FileManager.default.createDirectory(
      at: partial.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(count: 1000).write(to: partial)
    _ = try fixture.hub().fetch(HubFixture.name)
    #expect(try fixture.blobsAreWhole())
  }

  /// What an earlier download left may be of another file, or longer than this one.
  @Test(arguments: [10, HubFixture.weightsSize, HubFixture.weightsSize + 1])
  func rubbishThatWasLeftIsThrownAway(_ size: Int) throws {
    let fixture = try HubFixture()
    let partial = URL(filePath: fixture.blob("model.safetensors").path + ".incomplete")
    try FileManager.default.createDirectory(
      at: partial.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(count: size).write(to: partial)
    _ = try fixture.hub().fetch(HubFixture.name)
    #expect(try fixture.blobsAreWhole())
    #expect(!FileManager.default.fileExists(atPath: partial.path))
  }

  @Test func aConnectionThatBringsNothingEndsTheDownload() throws {
    let fixture = try HubFixture { $0["model.safetensors"]!.breaksAfter = 0 }
    let error = #expect(throws: HubError.self) { try fixture.hub().fetch(HubFixture.name) }
    guard case .connectionBroke = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(fixture.requests(for: "model.safetensors").filter(\.isContent).count == 3)
    #expect(!fixture.paths.contains("refs/main"))
  }

  enum Lie: String, CaseIterable, Sendable {
    case otherBytes, shorter, longer, smallOtherBytes, listedSize, listedHash, claimedSize,
      hugeSizes
  }

  @Test(arguments: Lie.allCases) func aLieLeavesNothingUnderAFinalName(_ lie: Lie) throws {
    let weights = "model.safetensors"
    let fixture = try HubFixture { files in
      let content = files[weights]!.content
      switch lie {
      case .otherBytes: files[weights]!.sent = content.map { $0 ^ 1 }
      case .shorter: files[weights]!.sent = Array(content.dropLast(7))
      case .longer: files[weights]!.sent = content + [1, 2, 3]
      case .smallOtherBytes:
        files["config.json"]!.sent = Array("{\"model_type\": \"xyz\"}\n".utf8)
      case .listedSize: files[weights]!.listedSize = content.count + 1
      case .listedHash: files[weights]!.listedHash = String(repeating: "ab", count: 32)
      case .hugeSizes:
        for name in files.keys {
          files[name]!.claimedSize = .max
          files[name]!.listedSize = .max
        }
      case .claimedSize:
        files[weights]!.claimedSize = 1 << 50
        files[weights]!.listedSize = 1 << 50
      }
    }
    let error = #expect(throws: HubError.self) { try fixture.hub().fetch(HubFixture.name) }
    switch error {
    case .wrongContent where [.otherBytes, .shorter, .longer, .smallOtherBytes].contains(lie): break
    case .invalidAnswer where [.listedSize, .listedHash].contains(lie): break
    case .diskFull where [.claimedSize, .hugeSizes].contains(lie): break
    // The small files' true length came with the headers.
    case .invalidAnswer where lie == .hugeSizes: break
    default: Issue.record("\(lie): \(String(describing: error))")
    }
    let file = lie == .smallOtherBytes ? "config.json" : weights
    #expect(!FileManager.default.fileExists(atPath: fixture.blob(file).path))
    #expect(!fixture.paths.contains { $0.hasSuffix("snapshots/\(fixture.commit)/\(file)") })
    #expect(!fixture.paths.contains("refs/main"))
    #expect(try fixture.blobsAreWhole())
    // Nothing of the wrong bytes may be taken for the beginning of the right ones.
    #expect(
      !fixture.paths.contains { $0.hasSuffix(".incomplete") })
  }

  @Test func aServerThatTellsNoHashIsRefused() throws {
    let fixture = try HubFixture {
      $0["config.json"]!.claimedHash = "../../../evil"
    }
    let error = #expect(throws: HubError.self) { try fixture.hub().fetch(HubFixture.name) }
    guard case .invalidAnswer = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func aBusyServerIsAskedAgain() throws {
    let fixture = try HubFixture()
    fixture.server.state.withLock { $0.failures = (503, 2) }
    _ = try fixture.hub().fetch(HubFixture.name)
    fixture.server.state.withLock { $0.failures = (429, 100) }
    let error = #expect(throws: HubError.self) { try fixture.hub().fetch(HubFixture.name) }
    guard case .unreachable = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func theTokenGoesToTheHubAlone() throws {
    let fixture = try HubFixture()
    fixture.server.state.withLock { $0.token = "hf_secret" }
    _ = try fixture.hub(token: "hf_secret").fetch(HubFixture.name)
    let requests = fixture.server.requests
    #expect(requests.contains { $0.isContent })
    for request in requests {
      #expect(
        request.headers["authorization"] == (request.isContent ? nil : "Bearer hf_secret"))
    }
  }

  @Test func redirectsWithinTheHubAreFollowedWithTheToken() throws {
    let fixture = try HubFixture()
    fixture.server.state.withLock {
      $0.redirectsToRelative = true
      $0.token = "hf_secret"
    }
    _ = try fixture.hub(token: "hf_secret").fetch(HubFixture.name)
    #expect(try fixture.blobsAreWhole())
  }

  @Test func refusalsAreToldApart() throws {
    let fixture = try HubFixture()
    func failure(_ name: String, token: String? = nil) -> HubError? {
      #expect(throws: HubError.self) { try fixture.hub(token: token).fetch(name) }
    }
    if case .notFound? = failure("owner/other") {} else { Issue.record("another name") }
    if case .notFound(_, let what)? = failure("\(HubFixture.name)@v9") {
      #expect(what.contains("revision v9"))
    } else {
      Issue.record("another revision")
    }
    if case .invalidName? = failure("no owner") {} else { Issue.record("no name") }
    fixture.server.state.withLock { $0.isGated = true }
    if case .forbidden? = failure(HubFixture.name) {} else { Issue.record("gated") }
    fixture.server.state.withLock { $0.token = "hf_secret" }
    if case .unauthorized(_, _, false)? = failure(HubFixture.name) {
    } else {
      Issue.record("without token")
    }
    if case .unauthorized(_, _, true)? = failure(HubFixture.name, token: "hf_wrong") {
    } else {
      Issue.record("wrong token")
    }
    #expect(fixture.paths.isEmpty)
  }

  @Test func nobodyThereIsUnreachable() throws {
    let fixture = try HubFixture()
    var hub = fixture.hub()
    let gone = try Listener()
    gone.stop()
    hub.endpoint = "http://127.0.0.1:\(gone.port)"
    let refused = #expect(throws: HubError.self) { try hub.fetch(HubFixture.name) }
    if case .unreachable = refused {} else { Issue.record("\(String(describing: refused))") }
    // Takes connections and says nothing.
    let silent = try Listener()
    hub.endpoint = "http://127.0.0.1:\(silent.port)"
    hub.timeouts.idle = 1
    hub.timeouts.attempts = 1
    let waited = #expect(throws: HubError.self) { try hub.fetch(HubFixture.name) }
    if case .connectionBroke = waited {} else { Issue.record("\(String(describing: waited))") }
    silent.stop()
    for endpoint in ["ftp://127.0.0.1", "nonsense", "http://", "http://user@127.0.0.1"] {
      hub.endpoint = endpoint
      #expect(throws: HubError.self) { try hub.fetch(HubFixture.name) }
    }
  }
}
