import Foundation
import Testing

@testable import VitHub

/// What huggingface_hub accepts of mirrors is accepted here, and checked as far as they allow.
@Suite struct MirrorTests {
  private func fixture(_ change: (inout Mirror) -> Void) throws -> HubFixture {
    let fixture = try HubFixture()
    var mirror = Mirror()
    change(&mirror)
    fixture.server.state.withLock { $0.mirror = mirror }
    return fixture
  }

  private func content(_ fixture: HubFixture, of folder: String) throws -> Bool {
    let files = fixture.server.state.withLock { $0.repositories[HubFixture.name]! }
    return try ["config.json", "model.safetensors"].allSatisfy {
      try [UInt8](Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) == files[$0]!.content
    }
  }

  @Test(arguments: Mirror.ETag.allCases, [false, true])
  func etagsOfAnyKind(_ etag: Mirror.ETag, listsNoHashes: Bool) throws {
    let fixture = try fixture {
      $0.etag = etag
      $0.listsNoHashes = listsNoHashes
    }
    if etag == .none, listsNoHashes {
      #expect(throws: HubError.self) { try fixture.hub().fetch(HubFixture.name) }
      return
    }
    #expect(try content(fixture, of: try fixture.hub().fetch(HubFixture.name)))
  }

  /// A hash that the server does tell is held against the bytes, whichever it is.
  @Test(arguments: [Mirror.ETag.hub, .sha1, .weak]) func wrongBytesAreFound(_ etag: Mirror.ETag)
    throws
  {
    let fixture = try fixture {
      $0.etag = etag
      $0.listsNoHashes = true
    }
    fixture.server.state.withLock { state in
      let content = state.repositories[HubFixture.name]!["model.safetensors"]!.content
      state.repositories[HubFixture.name]!["model.safetensors"]!.sent = content.map { $0 ^ 1 }
    }
    let error = #expect(throws: HubError.self) { try fixture.hub().fetch(HubFixture.name) }
    guard case .wrongContent = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: [false, true]) func lengthsThatHeadDoesNotTell(listsNoHashes: Bool) throws {
    let fixture = try fixture {
      $0.headHasNoLength = true
      $0.listsNoHashes = listsNoHashes
    }
    #expect(try content(fixture, of: try fixture.hub().fetch(HubFixture.name)))
  }

  @Test(arguments: [405, 501]) func aServerWithoutHead(_ status: Int) throws {
    let fixture = try fixture { $0.headStatus = status }
    #expect(try content(fixture, of: try fixture.hub().fetch(HubFixture.name)))
  }

  @Test func aListWithoutCommit() throws {
    let fixture = try fixture { $0.listsNoCommit = true }
    let folder = try fixture.hub().fetch(HubFixture.name)
    #expect(folder.hasSuffix("/snapshots/\(fixture.commit)"))
    #expect(try content(fixture, of: folder))
  }

  /// A server that cannot resume, however it says so, is read from the start; one that also breaks
  /// each connection ends the download.
  @Test(arguments: [true, false]) func aServerThatCannotResume(refuses: Bool) throws {
    let fixture = try fixture {
      $0.refusesRanges = refuses
      $0.tellsNoRange = !refuses
    }
    let partial = URL(filePath: fixture.blob("model.safetensors").path + ".incomplete")
    try FileManager.default.createDirectory(
      at: partial.deletingLastPathComponent(), withIntermediateDirectories: true)
    let start = fixture.server.state.withLock {
      $0.repositories[HubFixture.name]!["model.safetensors"]!.content.prefix(9000)
    }
    try Data(start).write(to: partial)
    #expect(try content(fixture, of: try fixture.hub().fetch(HubFixture.name)))

    let broken = try self.fixture { $0.refusesRanges = true }
    broken.server.state.withLock {
      $0.repositories[HubFixture.name]!["model.safetensors"]!.breaksAfter = 8000
    }
    #expect(throws: HubError.self) { try broken.hub().fetch(HubFixture.name) }
    #expect(broken.requests(for: "model.safetensors").count < 12)
  }

  /// A byte a connection is no progress.
  @Test func aDripEnds() throws {
    let fixture = try HubFixture { $0["model.safetensors"]!.breaksAfter = 1 }
    #expect(throws: HubError.self) { try fixture.hub().fetch(HubFixture.name) }
    #expect(fixture.requests(for: "model.safetensors").count < 12)
  }

  @Test func credentialsOfTheAddressGoThereAloneAndIntoNoMessage() throws {
    let header = "Basic dXNlcjpwQHNz"
    let fixture = try fixture { $0.authorization = header }
    var hub = fixture.hub(token: "hf_token")
    hub.endpoint = fixture.server.endpoint.replacingOccurrences(
      of: "http://", with: "http://user:p%40ss@")
    #expect(try content(fixture, of: try hub.fetch(HubFixture.name)))
    #expect(fixture.server.requests.allSatisfy { $0.headers["authorization"] == header })
    fixture.server.state.withLock { $0.mirror?.authorization = "other" }
    let error = #expect(throws: HubError.self) { try hub.fetch("owner/other") }
    #expect(error?.description.contains("p%40ss") == false)
    #expect(error?.description.contains("user") == false)
  }

  @Test func addressesAreTakenApart() {
    let none = Credentials.split("https://hub.example/path@x")
    #expect(none.address == "https://hub.example/path@x" && none.credentials == nil)
    let some = Credentials.split("https://a:b:c@hub.example:8080/path")
    #expect(some.address == "https://hub.example:8080/path")
    #expect(some.credentials?.header == "Basic YTpiOmM=")
    #expect(Credentials.split("http://token@h").credentials?.header == "Basic dG9rZW46")
  }

  @Test func etagsThatNoFileCanBeCalledAreRefused() {
    for tag in [
      "../evil", "\".\"", "\"\"", "a/b", "a b", "\u{E9}", String(repeating: "a", count: 129),
    ] {
      #expect(ContentHash.etag(tag) == nil)
    }
    #expect(ContentHash.etag("\"5f-18c-gzip\"")?.kind == .opaque)
    #expect(ContentHash.etag(String(repeating: "a", count: 40))?.kind == .sha1OrGitBlob)
  }
}
