import Foundation
import Testing
import VitKit
import VitTestSupport

@testable import VitHub

@Suite struct FetchTests {
  @Test func theCacheIsLaidOutAsPythonsIs() throws {
    let fixture = try HubFixture()
    let folder = try fixture.hub().fetch(HubFixture.name)
    #expect(folder == fixture.repository.path + "/snapshots/\(fixture.commit)")
    let snapshot = "snapshots/\(fixture.commit)"
    let names = ["config.json", "model.safetensors", "preprocessor_config.json"]
    let blobs = names.map { "blobs/\(fixture.blob($0).lastPathComponent)" }
    #expect(
      Set(fixture.paths)
        == Set(
          ["blobs", "refs", "refs/main", "snapshots", snapshot] + blobs
            + names.map { "\(snapshot)/\($0)" }))
    let reference = fixture.repository.appending(path: "refs/main")
    #expect(try String(contentsOf: reference, encoding: .utf8) == fixture.commit)
    for name in names {
      let target = try FileManager.default.destinationOfSymbolicLink(
        atPath: "\(folder)/\(name)")
      #expect(target == "../../blobs/\(fixture.blob(name).lastPathComponent)")
    }
    let weights = try Data(contentsOf: URL(filePath: "\(folder)/model.safetensors"))
    #expect(
      [UInt8](weights)
        == fixture.server.state.withLock {
          $0.repositories[HubFixture.name]!["model.safetensors"]!.content
        })
    #expect(try fixture.blobsAreWhole())
  }

  /// A repository in timm's and OpenCLIP's layouts: images need the one's weights, texts the other's.
  @Test(arguments: [
    (Hub.FileSet.images, ["model.safetensors"]), (.texts, ["open_clip_model.safetensors"]),
    (.model, ["model.safetensors", "open_clip_model.safetensors"]),
  ])
  func ofTwoLayoutsTheWeightsThatAreNeeded(_ files: Hub.FileSet, _ expected: [String]) throws {
    let openCLIP = TestData.committed("goldens/clip/openclip-average/open_clip_config.json")
    let configuration = try Data(contentsOf: openCLIP)
    let fixture = try HubFixture {
      $0["config.json"] = .small(#"{"architecture": "vit_tiny_patch16_224"}"#)
      $0["open_clip_config.json"] = .small(String(decoding: configuration, as: UTF8.self))
      $0["open_clip_model.safetensors"] = .large(2000)
    }
    let folder = try fixture.hub().fetch(HubFixture.name, files: files)
    let weights = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".safetensors") }
    #expect(weights.sorted() == expected)
    #expect(files.isComplete(in: folder))
    #expect(Hub.FileSet.texts.isComplete(in: folder) == (files != .images))
  }

  /// What configurations alone refuse: kinds, settings, and parts.
  @Test(arguments: [
    ("config.json", #"{"model_type": "swin"}"#, "swin"),
    ("config.json", #"{"model_type": "vit", "hidden_act": "relu6"}"#, "relu6"),
    ("config.json", #"{"model_type": "vit", "num_channels": 4}"#, "num_channels"),
    ("config.json", #"{"model_type": "deit", "patch_size": [16, 8]}"#, "not square"),
    ("config.json", #"{"model_type": "vit", "use_rotary": true}"#, "use_rotary"),
    (
      "config.json", #"{"model_type": "clip", "vision_config": {"hidden_act": "mish"}}"#, "mish"
    ),
    (
      "config.json",
      #"{"architecture": "vit_tiny_patch16_224", "model_args": {"act_layer": "mish"}}"#, "mish"
    ),
    (
      "open_clip_config.json",
      #"{"model_cfg": {"vision_cfg": {"layers": [3, 4, 6, 3]}, "text_cfg": {}}}"#, "ResNet"
    ),
  ])
  func weightsOfWhatIsNotComputedAreNotFetched(file: String, text: String, told: String) throws {
    let fixture = try HubFixture {
      $0["config.json"] = nil
      $0[file] = .small(text)
      $0["open_clip_model.safetensors"] = .large(2000)
    }
    let error = #expect(throws: HubError.self) { try fixture.hub().fetch(HubFixture.name) }
    #expect(error.map { "\($0)" }?.contains(told) == true, "\(error.map { "\($0)" } ?? "")")
    for weights in ["model.safetensors", "open_clip_model.safetensors", "pytorch_model.bin"] {
      #expect(fixture.requests(for: weights).isEmpty)
    }
  }

  /// Where the first layout takes texts too, one file is enough.
  @Test func ofTwoLayoutsThatBothTakeTextsOneIsEnough() throws {
    let golden = TestData.committed("goldens/clip")
    func text(_ file: String) throws -> String {
      String(decoding: try Data(contentsOf: golden.appending(path: file)), as: UTF8.self)
    }
    let fixture = try HubFixture {
      $0["config.json"] = .small(try text("clip-f16-position-ids/config.json"))
      $0["open_clip_config.json"] = .small(try text("openclip-average/open_clip_config.json"))
      $0["open_clip_model.safetensors"] = .large(2000)
    }
    let folder = try fixture.hub().fetch(HubFixture.name)
    #expect(fixture.requests(for: "open_clip_model.safetensors").isEmpty)
    #expect(Hub.FileSet.texts.isComplete(in: folder))
  }

  @Test func whatIsThereIsNotFetchedAgain() throws {
    let fixture = try HubFixture()
    _ = try fixture.hub().fetch(HubFixture.name)
    let before = fixture.server.requests.count
    _ = try fixture.hub().fetch(HubFixture.name)
    // The revision is looked up; no file is asked for.
    #expect(fixture.server.requests.count == before + 1)
  }

  @Test func aContentThatIsThereUnderAnotherCommitIsLinked() throws {
    let fixture = try HubFixture()
    _ = try fixture.hub().fetch(HubFixture.name)
    fixture.server.state.withLock { $0.commit = String(repeating: "0123abcd", count: 5) }
    let before = fixture.requests(for: "model.safetensors").count
    let folder = try fixture.hub().fetch(HubFixture.name)
    #expect(folder.hasSuffix(fixture.commit))
    #expect(fixture.requests(for: "model.safetensors").count == before)
    #expect(FileManager.default.isReadableFile(atPath: "\(folder)/model.safetensors"))
  }

  @Test func aCommitThatIsWholeNeedsNoNetwork() throws {
    let fixture = try HubFixture()
    let folder = try fixture.hub().fetch(HubFixture.name)
    let before = fixture.server.requests.count
    #expect(try fixture.hub().fetch("\(HubFixture.name)@\(fixture.commit)") == folder)
    var offline = fixture.hub()
    offline.isOffline = true
    #expect(try offline.fetch(HubFixture.name) == folder)
    #expect(fixture.server.requests.count == before)
  }

  @Test func revisionsAreRememberedByTheirNames() throws {
    let fixture = try HubFixture()
    _ = try fixture.hub().fetch("\(HubFixture.name)@refs/pr/1")
    #expect(fixture.paths.contains("refs/refs/pr/1"))
    #expect(!fixture.paths.contains("refs/main"))
    #expect(fixture.server.requests[0].path.contains("/revision/refs%2Fpr%2F1?"))
  }

  @Test func offlineNeverDials() throws {
    let fixture = try HubFixture()
    var hub = fixture.hub()
    hub.isOffline = true
    #expect(throws: HubError.self) { try hub.fetch(HubFixture.name) }
    #expect(fixture.server.requests.isEmpty)
  }

  @Test func shardsFollowTheirIndex() throws {
    let fixture = try HubFixture { files in
      files["model.safetensors"] = nil
      files["model.safetensors.index.json"] = .small(
        """
        {"metadata": {}, "weight_map": {"a": "model-00001-of-00002.safetensors",
        "b": "model-00002-of-00002.safetensors", "c": "model-00001-of-00002.safetensors"}}
        """)
      files["model-00001-of-00002.safetensors"] = .large(5000)
      files["model-00002-of-00002.safetensors"] = .large(6000)
      files["model-00003-of-00002.safetensors"] = .large(7000)
    }
    let folder = try fixture.hub().fetch(HubFixture.name)
    #expect(ModelLocation.isComplete(folder))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.filter { $0.hasPrefix("model-") }.count == 2)
    try FileManager.default.removeItem(atPath: "\(folder)/model-00002-of-00002.safetensors")
    #expect(!ModelLocation.isComplete(folder))
  }

  @Test(arguments: ["../../evil", "/etc/passwd", ".hidden", "a//b", "a/../b", "a\\u0000b"])
  func anIndexCannotNameFilesElsewhere(_ name: String) throws {
    let fixture = try HubFixture { files in
      files["model.safetensors"] = nil
      files["model.safetensors.index.json"] = .small("{\"weight_map\": {\"a\": \"\(name)\"}}")
    }
    #expect(throws: HubError.self) { try fixture.hub().fetch(HubFixture.name) }
    #expect(!fixture.paths.contains("refs/main"))
  }

  @Test func progressEndsWithEverything() throws {
    let fixture = try HubFixture()
    var last: HubProgress?
    var isMonotonic = true
    var totals: Set<Int> = []
    _ = try fixture.hub().fetch(HubFixture.name) { progress in
      totals.insert(progress.totalBytes)
      isMonotonic = isMonotonic && progress.bytes >= last?.bytes ?? 0
      last = progress
    }
    #expect(isMonotonic)
    #expect(totals.count == 1)
    #expect(last?.bytes == last?.totalBytes)
    #expect(last?.file == "model.safetensors")
    #expect(last?.fileBytes == HubFixture.weightsSize)
  }

  /// The shards of sharded weights count from the start too.
  @Test func theTotalKnowsTheShards() throws {
    let fixture = try HubFixture { files in
      files["model.safetensors"] = nil
      files["model.safetensors.index.json"] = .small(#"{"weight_map": {"a": "x.safetensors"}}"#)
      files["x.safetensors"] = .large(5000)
    }
    var totals: Set<Int> = []
    _ = try fixture.hub().fetch(HubFixture.name) { totals.insert($0.totalBytes) }
    #expect(totals.count == 1 && totals.first! > 5000)
  }

  /// The configuration is looked at first: nothing else is fetched of what cannot be run.
  @Test(arguments: [
    (#"{"model_type": "bert"}"#, "the model type bert"),
    (#"{"architecture": "swin_tiny"}"#, "the architecture swin_tiny"), ("[]", "JSON object"),
  ]) func whatCannotBeRunIsNotFetched(configuration: String, reason: String) throws {
    let fixture = try HubFixture { $0["config.json"] = .small(configuration) }
    let error = #expect(throws: HubError.self) { try fixture.hub().fetch(HubFixture.name) }
    #expect(error?.description.contains(reason) == true)
    #expect(fixture.requests(for: "model.safetensors").isEmpty)
    #expect(fixture.requests(for: "model.safetensors", method: "HEAD").isEmpty)
    #expect(!fixture.paths.contains("refs/main"))
  }

  @Test func aStoppedDownloadGoesOnWhereItEnded() throws {
    let fixture = try HubFixture()
    var isStopped = false
    let error = #expect(throws: HubError.self) {
      try fixture.hub().fetch(
        HubFixture.name,
        progress: { isStopped = $0.file == "model.safetensors" && $0.fileBytes > 100_000 },
        isCancelled: { isStopped })
    }
    guard case .cancelled = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let partial = fixture.blob("model.safetensors").path + ".incomplete"
    let size = try #require(
      try FileManager.default.attributesOfItem(atPath: partial)[.size] as? Int)
    #expect(size > 100_000 && size < HubFixture.weightsSize)
    #expect(!fixture.paths.contains("refs/main"))
    _ = try fixture.hub().fetch(HubFixture.name)
    let last = try #require(fixture.requests(for: "model.safetensors").last)
    #expect(last.headers["range"] == "bytes=\(size)-")
    #expect(try fixture.blobsAreWhole())
    #expect(!FileManager.default.fileExists(atPath: partial))
  }

  @Test func cancellingTheTaskStops() async throws {
    let fixture = try HubFixture()
    let hub = fixture.hub()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try hub.fetch(HubFixture.name)
    }
    await #expect(throws: HubError.self) { try await task.value }
    #expect(!fixture.paths.contains("refs/main"))
  }

  @Test func twoAtOnceFetchOnce() async throws {
    let fixture = try HubFixture { $0["model.safetensors"] = .large(4_000_000) }
    let hub = fixture.hub()
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<2 { group.addTask { try hub.fetch(HubFixture.name) } }
      for try await folder in group { #expect(ModelLocation.isComplete(folder)) }
    }
    #expect(fixture.requests(for: "model.safetensors").filter(\.isContent).count == 1)
    #expect(try fixture.blobsAreWhole())
  }
}
