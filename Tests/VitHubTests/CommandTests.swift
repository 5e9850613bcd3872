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
}
