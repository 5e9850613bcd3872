import Foundation
import Testing

extension CommandTests {
  @Suite struct DoctorTests {
    @Test func jsonNamesMachineAndLibraries() throws {
      let outcome = try VitCommand().run("doctor", "--format", "json")
      #expect(outcome.status == 0)
      let object = try #require(try outcome.json() as? [String: Any])
      for key in ["version", "processor", "kernel_set", "hub_cache"] {
        #expect((object[key] as? String)?.isEmpty == false, "\(key) is missing")
      }
      let libraries = try #require(object["libraries"] as? [String])
      #expect(
        libraries.contains { $0.contains("jpeg") } && libraries.contains { $0.contains("png") })
      let models = try #require(object["models"] as? [[String: String]])
      #expect(models[0]["name"] == "box")
      #expect(models[0]["error"] == nil)
    }

    @Test func findsModelsInTheHubCache() throws {
      let scratch = try Scratch()
      try scratch.write("models--some--model/snapshots/abc/config.json", Data("{}".utf8))
      var command = VitCommand()
      command.environment = ["HF_HUB_CACHE": scratch.url.path]
      let outcome = try command.run("doctor", "--format", "json")
      let object = try #require(try outcome.json() as? [String: Any])
      let models = try #require(object["models"] as? [[String: String]])
      #expect(models.map { $0["name"] } == ["box", "some/model"])
      #expect(models[1]["error"]?.isEmpty == false)
    }
  }
}
