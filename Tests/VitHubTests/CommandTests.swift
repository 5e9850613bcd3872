import Foundation
import Testing
import VitKit
import VitTestSupport

@testable import VitHub

/// The real binary with the server.
@Suite struct HubCommandTests {
  struct Outcome {
    let status: Int32
    let output: String
    let error: String
  }

  private func run(
    _ fixture: HubFixture, _ arguments: String..., variables: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = try binary
    process.arguments = arguments
    process.environment = [
      "HOME": fixture.folder.path, "HF_HUB_CACHE": fixture.folder.path,
      "HF_ENDPOINT": fixture.server.endpoint,
    ].merging(variables) { _, given in given }
    let (output, error) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = error
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let message = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: text, error: message)
  }

  private var binary: URL {
    get throws {
      #if canImport(Darwin)
        var place = URL(filePath: CommandLine.arguments[0]).standardizedFileURL
      #else
        var place = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      #endif
      for _ in 0..<5 {
        place.deleteLastPathComponent()
        let candidate = place.appending(path: "vit")
        if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
      }
      throw POSIXError(.ENOENT)
    }
  }

  @Test func downloadPrintsTheFolderAndNothingElse() throws {
    let fixture = try HubFixture()
    let outcome = try run(fixture, "download", HubFixture.name)
    #expect(outcome.status == 0)
    #expect(outcome.output == "\(fixture.repository.path)/snapshots/\(fixture.commit)\n")
    #expect(outcome.error.isEmpty)
    #expect(try fixture.blobsAreWhole())
  }

  @Test func aVerbFetchesTheModelThatItLacks() throws {
    let model = TestData.committed("goldens/image/vit-f16-safetensors")
    let fixture = try HubFixture { files in
      for name in ["config.json", "model.safetensors"] {
        files[name]!.content = [UInt8](try Data(contentsOf: model.appending(path: name)))
      }
    }
    let outcome = try run(fixture, "inspect", "--format", "json", HubFixture.name)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.contains("\"depth\""))
    #expect(fixture.paths.contains("refs/main"))
    let before = fixture.server.requests.count
    #expect(try run(fixture, "inspect", HubFixture.name).status == 0)
    #expect(fixture.server.requests.count == before)
    // A snapshot that lacks a file is not taken for a model.
    try FileManager.default.removeItem(
      at: fixture.repository.appending(path: "snapshots/\(fixture.commit)/model.safetensors"))
    #expect(try run(fixture, "inspect", HubFixture.name).status == 0)
    #expect(fixture.server.requests.count > before)
  }

  @Test(arguments: [["--offline"], []]) func offlineDoesNotDial(_ flags: [String]) throws {
    let fixture = try HubFixture()
    let variables = flags.isEmpty ? ["HF_HUB_OFFLINE": "1"] : [:]
    for verb in ["inspect", "download"] {
      let outcome =
        flags.isEmpty
        ? try run(fixture, verb, HubFixture.name, variables: variables)
        : try run(fixture, verb, HubFixture.name, flags[0])
      #expect(outcome.status == 66)
      #expect(outcome.error.hasPrefix("vit: \(HubFixture.name): "))
    }
    #expect(fixture.server.requests.isEmpty)
  }

  @Test func eachFailureHasItsStatus() throws {
    let fixture = try HubFixture {
      $0["config.json"]!.sent = Array("{\"model_type\": \"xyz\"}\n".utf8)
    }
    #expect(try run(fixture, "download", HubFixture.name).status == 65)
    #expect(try run(fixture, "download", "owner/other").status == 66)
    #expect(try run(fixture, "download", "no-owner").status == 64)
    let nobody = try run(
      fixture, "classify", "--model", HubFixture.name, "a.jpg",
      variables: ["HF_ENDPOINT": "http://127.0.0.1:1"])
    #expect(nobody.status == 69)
    #expect(nobody.error.contains("cannot be reached"))
    let readOnly = fixture.folder.appending(path: "file")
    try Data().write(to: readOnly)
    let unwritable = try run(
      fixture, "download", HubFixture.name, variables: ["HF_HUB_CACHE": readOnly.path])
    #expect(unwritable.status == 74)
  }

  @Test func modelsListsWhatIsThere() throws {
    let fixture = try HubFixture()
    #expect(try run(fixture, "models", "--format", "json").output == "[]\n")
    _ = try fixture.hub().fetch(HubFixture.name)
    let outcome = try run(fixture, "models", "--format", "json")
    #expect(outcome.status == 0)
    let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let model = try #require((json as? [[String: Any]])?.first)
    #expect(model["model"] as? String == HubFixture.name)
    #expect(model["revisions"] as? [String] == ["main"])
    #expect(model["commit"] as? String == fixture.commit)
    #expect(model["kind"] as? String == "vit")
    #expect(model["complete"] as? Bool == true)
    let size = try #require(model["bytes"] as? Int)
    #expect(size > HubFixture.weightsSize && size < HubFixture.weightsSize + 1000)
    let table = try run(fixture, "models").output
    #expect(table.contains(HubFixture.name) && table.contains("0.3 MB"))
  }

  /// A vocabulary of a few letters, in the Hub's layout.
  private func tokenizerFixture() throws -> HubFixture {
    try HubFixture { files in
      for name in ["vocab.json", "merges.txt"] {
        let file = TestData.committed("text/tiny-tokenizer/\(name)")
        files[name] = HubServer.File(content: [UInt8](try Data(contentsOf: file)))
      }
    }
  }

  @Test func aTokenizerIsFetchedWithoutTheWeights() throws {
    let fixture = try tokenizerFixture()
    let outcome = try run(
      fixture, "tokenize", "--tokenizer", HubFixture.name, "--text", "a cup", "--format", "json")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.contains("[97, 26, 60, 98]"))
    #expect(fixture.requests(for: "merges.txt").count == 1)
    #expect(fixture.requests(for: "model.safetensors").isEmpty)
    #expect(fixture.requests(for: "model.safetensors", method: "HEAD").isEmpty)
    // Now it is here, also without the network.
    let before = fixture.server.requests.count
    let again = try run(
      fixture, "tokenize", "--offline", "--tokenizer", HubFixture.name, "--text", "a cup",
      "--format", "json")
    #expect(again.output == outcome.output)
    #expect(fixture.server.requests.count == before)
    // A verb that needs the model fetches the rest.
    #expect(try run(fixture, "download", HubFixture.name).status == 0)
    #expect(fixture.requests(for: "merges.txt").count == 1)
    #expect(fixture.requests(for: "model.safetensors").contains { $0.isContent })
  }

  @Test func aTokenizerThatIsNowhere() throws {
    let fixture = try HubFixture()
    let none = try run(fixture, "tokenize", "--tokenizer", HubFixture.name, "--text", "a")
    #expect(none.status == 65)
    #expect(none.error.contains("no tokeniser"))
    let unknown = try run(fixture, "tokenize", "--tokenizer", "owner/other", "--text", "a")
    #expect(unknown.status == 66)
    let offline = try run(
      fixture, "tokenize", "--tokenizer", "owner/other", "--offline", "--text", "a")
    #expect(offline.status == 66)
    #expect(none.output + unknown.output + offline.output == "")
  }

  /// What the server says of size or hash is not what it sends.
  @Test(arguments: ["hash", "size", "listed hash", "small file's hash"])
  func aHubThatLies(_ about: String) throws {
    let other = String(repeating: "0123456789abcdef", count: 4)
    let fixture = try HubFixture { files in
      switch about {
      case "hash": files["model.safetensors"]!.claimedHash = other
      case "size": files["model.safetensors"]!.claimedSize = HubFixture.weightsSize + 1
      case "listed hash": files["model.safetensors"]!.listedHash = other
      default: files["config.json"]!.sent = Array("{\"model_type\": \"dog\"}\n".utf8)
      }
    }
    for verb in ["download", "inspect"] {
      let outcome = try run(fixture, verb, HubFixture.name)
      #expect(outcome.status == 65, "\(verb): \(outcome.error)")
      #expect(outcome.output.isEmpty)
      #expect(outcome.error.hasPrefix("vit: "))
      // Nothing under a final name, and nothing that is taken for a model.
      #expect(try fixture.blobsAreWhole())
      #expect(!fixture.paths.contains("refs/main"))
      #expect(!fixture.paths.contains { $0.hasSuffix(".incomplete") })
    }
  }

  @Test func modelsOfOurOwnFolder() throws {
    let fixture = try HubFixture()
    let home = fixture.folder.appending(path: "home")
    func add(_ golden: String, _ files: [String], as name: String) throws {
      let folder = home.appending(path: name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for file in files {
        try FileManager.default.copyItem(
          at: TestData.committed("goldens/\(golden)/\(file)"), to: folder.appending(path: file))
      }
    }
    try add("image/vit-f16-safetensors", ["config.json", "model.safetensors"], as: "a/vit")
    try add(
      "clip/openclip-average", ["open_clip_config.json", "open_clip_model.safetensors"],
      as: "b/openclip")
    try add("clip/openai-torchscript", ["ViT-tiny.pt"], as: "c/archive")
    try add("clip/openai-torchscript", ["ViT-tiny.pt"], as: "d")
    try add("clip/openclip-average", ["open_clip_config.json"], as: "e/half")
    try add("clip/openclip-average", ["golden.json"], as: "f/other")
    let variables = ["VIT_HOME": home.path]
    let outcome = try run(fixture, "models", "--format", "json", variables: variables)
    let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let models = try #require(json as? [[String: Any]])
    #expect(
      models.map { $0["model"] as? String }
        == ["a/vit", "b/openclip", "c/archive", "d/ViT-tiny.pt", "e/half"])
    #expect(models.map { $0["complete"] as? Bool } == [true, true, true, true, false])
    #expect(
      models.map { $0["family"] as? String } == [
        "ViT (Hugging Face)", "CLIP (OpenCLIP)", "CLIP (OpenAI)", "CLIP (OpenAI)",
        "CLIP (OpenCLIP)",
      ])
    #expect(models.map { $0["bytes"] as? Int }[2...3] == [294_987, 294_987])
    // What is listed as complete can be used by its name.
    for model in models where model["complete"] as? Bool == true {
      let name = try #require(model["model"] as? String)
      let inspected = try run(fixture, "inspect", "--offline", name, variables: variables)
      #expect(inspected.status == 0, "\(name): \(inspected.error)")
    }
  }
}
