import Foundation
import Testing

extension CommandTests {
  @Suite struct SimilarityTests {
    @Test func theSamePictureHasCosineOne() throws {
      let photos = [Photos.coffee, Photos.cat, Photos.coffee].map(\.path)
      let outcome = try VitCommand().run(["similarity", "--format", "json"] + photos)
      #expect(outcome.status == 0)
      let object = try #require(try outcome.json() as? [String: Any])
      #expect(object["rows"] as? [String] == photos)
      #expect(object["columns"] as? [String] == photos)
      let cosine = try #require(object["cosine"] as? [[Double]])
      #expect(cosine.count == 3 && cosine.allSatisfy { $0.count == 3 })
      for index in 0..<3 { #expect(abs(cosine[index][index] - 1) < 1e-5) }
      #expect(abs(cosine[0][2] - 1) < 1e-5)
      #expect(cosine[0][1] < 0.7 && cosine[0][1] == cosine[1][0])
    }

    @Test func tableAndCSVHaveARowAnInput() throws {
      let photos = [Photos.coffee.path, Photos.cat.path]
      #expect(try VitCommand().run(["similarity"] + photos).lines.count == 3)
      let csv = try VitCommand().run(["similarity", "--format", "csv"] + photos)
      #expect(csv.lines.count == 3)
      #expect(csv.lines[0] == ",\(photos[0]),\(photos[1])")
    }

    /// Two files that do not belong together would give vectors others' names.
    @Test func savedVectorsBelongToTheLinesBeside() throws {
      let scratch = try Scratch()
      func embed(_ name: String, _ photos: [URL]) throws {
        _ = try VitCommand().run(
          ["embed", "--output", scratch.path(name)] + photos.map(\.path))
      }
      func compare(_ name: String) throws -> VitCommand.Outcome {
        try VitCommand().run("similarity", "--vectors", scratch.path(name), Photos.cat.path)
      }
      try embed("two.npy", [Photos.cat, Photos.coat])
      try embed("one.npy", [Photos.coffee])
      #expect(try compare("two.npy").status == 0)
      let lines = try scratch.data("two.jsonl")
      try scratch.write("two.jsonl", scratch.data("one.jsonl"))
      let mixed = try compare("two.npy")
      #expect(mixed.status == 65 && mixed.error.contains("does not belong to"))
      try scratch.write("two.jsonl", lines)
      // The lines go where the vectors go.
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path("link.npy"), withDestinationPath: "two.npy")
      try embed("link.npy", [Photos.coffee])
      #expect(try scratch.names == ["link.npy", "one.jsonl", "one.npy", "two.jsonl", "two.npy"])
      #expect(try compare("two.npy").status == 0)
      // Rows without numbers cost a small file nothing.
      let header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 0), }"
      let padded = header.padding(toLength: 117, withPad: " ", startingAt: 0) + "\n"
      try scratch.write(
        "huge.npy", Data([0x93] + "NUMPY\u{1}\0v\0".utf8) + Data(padded.utf8))
      try scratch.write("huge.jsonl", Data())
      #expect(try compare("huge.npy").status == 65)
    }

    @Test func verboseTellsOfTheModelAndEachImage() throws {
      let outcome = try VitCommand().run("classify", "--verbose", Photos.cat.path)
      #expect(outcome.status == 0)
      #expect(outcome.error.contains("vit: debug: model loaded "))
      #expect(outcome.error.contains("vit: debug: \(Photos.cat.path): decode "))
      #expect(try VitCommand().run("classify", Photos.cat.path).error == "")
    }

    @Test func threadsAndKernelsAreWhatIsAskedFor() throws {
      let command = VitCommand(environment: ["VIT_KERNELS": "nope"])
      let outcome = try command.run("classify", Photos.cat.path)
      #expect(outcome.status == 64 && outcome.text.isEmpty)
      #expect(outcome.error.contains("VIT_KERNELS is nope") && outcome.error.contains("scalar"))
    }

    @Test func aBadInputIsLeftOutAndTold() throws {
      let outcome = try VitCommand().run(
        "similarity", "--format", "json", Photos.coffee.path, "none.jpg")
      #expect(outcome.status == 1)
      let object = try #require(try outcome.json() as? [String: Any])
      #expect((object["rows"] as? [String])?.count == 1)
      #expect((object["errors"] as? [[String: String]])?.first?["input"] == "none.jpg")
    }
  }
}

extension CommandTests {
  @Suite struct PreprocessTests {
    @Test func npyHoldsTheNormalisedPixels() throws {
      let scratch = try Scratch()
      let outcome = try VitCommand().run(
        "preprocess", Photos.coffee.path, "--output", scratch.path("pixels.npy"))
      #expect(outcome.status == 0)
      let file = try NPYFile(scratch.data("pixels.npy"))
      #expect(file.header.contains("'shape': (3, 224, 224)"))
      #expect(file.values.count == 3 * 224 * 224)
      // The box normalises with mean and deviation 0.5.
      #expect(file.values.allSatisfy { (-1...1).contains($0) })
      #expect(Set(file.values).count > 50)
    }

    @Test func severalImagesAreABatch() throws {
      let scratch = try Scratch()
      let outcome = try VitCommand().run(
        "preprocess", Photos.coffee.path, Photos.cat.path, "--output", scratch.path("pixels.npy"))
      #expect(outcome.status == 0)
      let file = try NPYFile(scratch.data("pixels.npy"))
      #expect(file.header.contains("'shape': (2, 3, 224, 224)"))
      #expect(file.values.count == 2 * 3 * 224 * 224)
    }

    @Test func pngShowsWhatTheModelSees() throws {
      let scratch = try Scratch()
      let png = scratch.path("seen.png")
      #expect(try VitCommand().run("preprocess", Photos.coffee.path, "--output", png).status == 0)
      // Already of the model's size, so it comes through unchanged.
      #expect(try scratch.data("seen.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
      let seen = try VitCommand().run("classify", "--top", "1", png)
      #expect(seen.text.contains("espresso"))
    }

    @Test func otherEndingsAreWrongUsage() throws {
      let outcome = try VitCommand().run("preprocess", Photos.coffee.path, "--output", "a.gif")
      #expect(outcome.status == 64)
    }
  }
}

extension CommandTests {
  @Suite struct InspectTests {
    @Test func jsonHasFlatKeysAndTheTensors() throws {
      let outcome = try VitCommand().run("inspect", "--format", "json")
      #expect(outcome.status == 0)
      let object = try #require(try outcome.json() as? [String: Any])
      #expect(object["model"] as? String == "box")
      #expect(object["width"] as? Int == 192)
      #expect(object["depth"] as? Int == 12)
      #expect(object["heads"] as? Int == 3)
      #expect(object["patch_size_px"] as? Int == 16)
      #expect(object["class_count"] as? Int == 1000)
      #expect(object["parameter_count"] as? Int == 5_717_416)
      #expect((object["weights_sha256"] as? String)?.count == 64)
      let tensors = try #require(object["tensors"] as? [[String: Any]])
      #expect(tensors.count == 152)
      #expect(tensors.contains { $0["name"] as? String == "blocks.0.attn.qkv.weight" })
      for key in object.keys where key != "tensors" {
        #expect(!(object[key] is [String: Any]), "\(key) is not flat")
      }
    }

    @Test func tableNamesTheArchitecture() throws {
      let outcome = try VitCommand().run("inspect", "--tensors")
      #expect(outcome.text.contains("12 blocks of width 192"))
      #expect(outcome.text.contains("blocks.0.attn.qkv.weight"))
    }
  }
}

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
