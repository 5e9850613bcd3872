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
    process.executableURL = try BuiltProgram.find("vit")
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
      if verb == "download" {
        #expect(outcome.error.hasSuffix("; leave out --offline and unset HF_HUB_OFFLINE\n"))
      }
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

  @Test func modelsAreRemoved() throws {
    let fixture = try HubFixture()
    _ = try fixture.hub().fetch(HubFixture.name)
    let unknown = try run(fixture, "models", "rm", HubFixture.name, "owner/other")
    #expect(unknown.status == 66 && unknown.output.isEmpty)
    #expect(unknown.error.contains("owner/other"))
    // Of two revisions one goes, with what it alone used.
    let first = fixture.commit
    fixture.server.state.withLock {
      $0.commit = String(repeating: "0123abcd", count: 5)
      $0.repositories[HubFixture.name]!["config.json"] = .small(
        #"{"model_type": "vit", "license": "mit"}"#)
    }
    _ = try fixture.hub().fetch(HubFixture.name)
    let one = try run(fixture, "models", "rm", "\(HubFixture.name)@\(first.prefix(12))")
    #expect(one.status == 0 && one.output.contains("0.0 MB freed"), "\(one.error)")
    #expect(fixture.paths.filter { $0.hasPrefix("blobs/") }.count == 3)
    #expect(try run(fixture, "models", "--format", "json").output.contains(fixture.commit))
    let all = try run(fixture, "models", "rm", HubFixture.name, "--format", "json")
    #expect(all.status == 0 && all.output.contains(#""bytes": 30"#), "\(all.output)")
    #expect(try run(fixture, "models", "--format", "json").output == "[]\n")
    for words in [["remove", "a"], ["rm"]] {
      #expect(try run(fixture, "models", words[0], words.count > 1 ? words[1] : "-q").status == 64)
    }
    let outside = try run(fixture, "models", "rm", "../\(fixture.folder.lastPathComponent)")
    #expect(outside.status == 66)
    #expect(FileManager.default.fileExists(atPath: fixture.folder.path))
  }

  /// What a service or a container sets reaches the program unexpanded; the older names count too.
  @Test(arguments: [
    ["HF_HUB_CACHE": "~/cache/hub"], ["HF_HUB_CACHE": "$HOME/cache/hub"],
    ["HF_HUB_CACHE": "${HOME}/cache/hub"], ["HUGGINGFACE_HUB_CACHE": "~/cache/hub"],
    ["HF_HOME": "~/cache"], ["HF_HOME": "$HERE"], ["XDG_CACHE_HOME": "~/other"],
    ["VIT_HOME": "${HOME}/own"],
  ])
  func foldersOfTheEnvironmentAreExpanded(variables: [String: String]) throws {
    let fixture = try HubFixture()
    let home = fixture.folder.path
    for folder in ["cache/hub/models--a--b", "other/huggingface/hub/models--a--b"] {
      try FileManager.default.createDirectory(
        atPath: "\(home)/\(folder)/snapshots/\(fixture.commit)", withIntermediateDirectories: true)
    }
    try FileManager.default.createDirectory(
      atPath: "\(home)/own/a/b", withIntermediateDirectories: true)
    try Data("{}".utf8).write(to: URL(filePath: "\(home)/own/a/b/config.json"))
    var given = variables
    if given["HF_HUB_CACHE"] == nil { given["HF_HUB_CACHE"] = "" }
    given["HERE"] = "\(home)/cache"
    let outcome = try run(fixture, "models", "--format", "json", variables: given)
    #expect(outcome.output.contains("\"a/b\""), "\(variables): \(outcome.output)")
  }

  /// Certificates that are not there are refused by the variable's name; what is there is taken.
  @Test(arguments: ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
  func certificatesThatAreNotThere(_ variable: String) throws {
    let fixture = try HubFixture()
    let absent = try run(
      fixture, "download", HubFixture.name, variables: [variable: "~/absent.pem"])
    #expect(absent.status == 64)
    #expect(absent.error.contains(variable) && absent.error.contains("/absent.pem"))
    #expect(fixture.server.requests.isEmpty)
    let isFolder = variable == "SSL_CERT_DIR"
    try FileManager.default.createDirectory(
      at: fixture.folder, withIntermediateDirectories: true)
    try Data().write(to: fixture.folder.appending(path: "here.pem"))
    let there = try run(
      fixture, "download", HubFixture.name, variables: [variable: isFolder ? "~" : "~/here.pem"])
    #expect(there.status == 0, "\(there.error)")
  }

  /// A proxy is asked for the Hub's address, in either spelling, unless NO_PROXY names the host.
  @Test(arguments: ["http_proxy", "HTTP_PROXY", "all_proxy"]) func proxies(_ variable: String)
    throws
  {
    let fixture = try HubFixture()
    let proxy = ["HF_ENDPOINT": "http://hub.invalid", variable: fixture.server.endpoint]
    _ = try run(fixture, "download", HubFixture.name, variables: proxy)
    #expect(fixture.server.requests.contains { $0.path.hasPrefix("http://hub.invalid/api/") })
    let direct = try run(
      fixture, "download", HubFixture.name,
      variables: [variable: "http://127.0.0.1:1", "NO_PROXY": "127.0.0.1"])
    #expect(direct.status == 0, "\(direct.error)")
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
