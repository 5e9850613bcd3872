import Foundation
import Testing
import VitTestSupport

/// Vectors, their names and their model belong together.
extension CommandTests {
  @Suite struct SavedVectorsTests {
    private let scratch = try! Scratch()

    private func run(_ arguments: String..., model: String? = nil) throws -> VitCommand.Outcome {
      var command = VitCommand()
      if let model { command.environment = ["VIT_MODEL": model] }
      return try command.run(arguments)
    }

    /// With the `/` that makes it a folder, which a URL's path leaves out.
    private func path(_ name: String) -> String {
      scratch.path(name) + (name.hasSuffix("/") ? "/" : "")
    }

    private func embed(_ name: String, _ inputs: URL..., model: String? = nil) throws {
      let outcome = try VitCommand().run(
        ["embed", "--quiet", "--output", path(name)]
          + (model.map { ["--model", $0] } ?? []) + inputs.map(\.path))
      #expect(outcome.status == 0, "\(outcome.error)")
    }

    private func best(_ vectors: String, model: [String] = []) throws -> VitCommand.Outcome {
      try VitCommand().run(
        ["similarity", "--vectors", path(vectors), "--best", "1", Photos.coffee.path]
          + model)
    }

    /// A kill between giving the two files their names leaves the names of one run beside the vectors
    /// of another.
    @Test func linesOfOtherVectorsAreRefused() throws {
      try embed("a.npy", Photos.coffee, Photos.cat)
      try embed("b.npy", Photos.cat, Photos.coffee)
      #expect(try best("a.npy").status == 0)
      try scratch.write("a.jsonl", scratch.data("b.jsonl"))
      let outcome = try best("a.npy")
      #expect(outcome.status == 65)
      #expect(outcome.error.contains("a.jsonl: does not belong to"), "\(outcome.error)")
      #expect(outcome.error.contains("keep the two together"))
    }

    @Test func vectorsThatChangedAreRefused() throws {
      try embed("a.npy", Photos.coffee, Photos.cat)
      var bytes = try scratch.data("a.npy")
      bytes[bytes.count - 3] ^= 1
      try scratch.write("a.npy", bytes)
      #expect(try best("a.npy").status == 65)
    }

    /// NumPy reads the array as it did, and the lines are JSON of one length.
    @Test func theFirstLineNamesTheVectors() throws {
      try embed("a.npy", Photos.coffee, Photos.cat)
      let line = try scratch.text("a.jsonl").split(separator: "\n")[0]
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect((object["vectors_sha256"] as? String)?.count == 64)
      #expect(object["complete"] as? Bool == true)
      let made = try #require(object["made_with"] as? [String: String])
      #expect(made["model"] == "box" && made["model_path"] == nil)
    }

    /// The model that made the vectors is taken for what they are compared with, wherever the command
    /// runs and whatever the default is.
    @Test func theModelThatMadeThemIsTaken() throws {
      let model = try TinyCLIP.write(in: scratch.url).path
      for name in ["a.npy", "a.safetensors", "parts/"] {
        try embed(name, Photos.coffee, Photos.cat, model: model)
        let outcome = try best(name)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.text.contains("coffee.png"))
        let named = try best(name, model: ["--model", "box"])
        #expect(named.status == 65)
        #expect(named.error.contains("made by another model"))
      }
      // A text meets them too, though only the text tower is loaded for it.
      let text = try run(
        "similarity", "--vectors", scratch.path("a.npy"), "--best", "1", "--text", "a cat",
        model: "box")
      #expect(text.status == 0, "\(text.error)")
    }

    /// Another model under the old name, here of another preprocessing, is another model.
    @Test func aModelThatChangedIsRefused() throws {
      let model = try TinyCLIP.write(in: scratch.url).path
      for name in ["a.npy", "a.safetensors", "parts/"] {
        try embed(name, Photos.coffee, model: model)
      }
      let file = URL(filePath: model).appending(path: "preprocessor_config.json")
      var settings = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
      settings["image_mean"] = [0.25, 0.5, 0.5]
      try JSONSerialization.data(withJSONObject: settings).write(to: file)
      for name in ["a.npy", "a.safetensors", "parts/"] {
        let outcome = try best(name)
        #expect(outcome.status == 65, "\(name)")
        #expect(outcome.error.contains("preprocessing"), "\(outcome.error)")
      }
    }

    @Test func aModelThatIsGoneIsTold() throws {
      let model = try TinyCLIP.write(in: scratch.url).path
      try embed("a.npy", Photos.coffee, model: model)
      try FileManager.default.removeItem(atPath: model)
      let outcome = try best("a.npy")
      #expect(outcome.status == 66)
      #expect(outcome.error.contains("\(model)); name it with --model"), "\(outcome.error)")
    }
  }
}
