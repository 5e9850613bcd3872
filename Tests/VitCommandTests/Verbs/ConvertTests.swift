import Foundation
import Testing

extension CommandTests {
  @Suite struct ConvertTests {
    private let photos = [Photos.coffee.path, Photos.coat.path]

    @Test func aConvertedModelAnswersAsTheOriginalDoes() throws {
      let scratch = try Scratch()
      for precision in ["float32", "bfloat16", "int8"] {
        let folder = scratch.path(precision)
        let outcome = try VitCommand().run(
          "convert", "box", "--precision", precision, "--output", folder)
        #expect(outcome.status == 0 && outcome.text == folder + "\n" && outcome.error == "")
        let original = try VitCommand().run(["embed", "--precision", precision] + photos)
        let converted = try VitCommand().run(["embed", "--model", folder] + photos)
        #expect(converted.status == 0 && converted.error == "")
        #expect(converted.output == original.output)
      }
      #expect(try scratch.names == ["bfloat16", "float32", "int8"])
    }

    /// Packed for one set of kernels, read by another: as the other computes the original.
    @Test func anotherSetOfKernelsReadsIt() throws {
      let scratch = try Scratch()
      let scalar = VitCommand(environment: ["VIT_KERNELS": "scalar"])
      let folder = scratch.path("scalar")
      #expect(
        try scalar.run("convert", "box", "--precision", "float32", "--output", folder).status == 0)
      let original = try VitCommand().run("embed", photos[0])
      #expect(try VitCommand().run("embed", "--model", folder, photos[0]).output == original.output)
    }

    @Test func inspectTellsWhereItComesFrom() throws {
      let scratch = try Scratch()
      let folder = scratch.path("int8")
      _ = try VitCommand().run("convert", "box", "--precision", "int8", "--output", folder)
      let outcome = try VitCommand().run("inspect", folder, "--format", "json")
      let object = try #require(try outcome.json() as? [String: Any])
      #expect(object["precision"] as? String == "int8")
      #expect(object["converted_from"] as? String == "box")
      #expect(object["packed_in_place"] as? Bool == true)
      #expect(object["packed_panel_columns"] as? Int ?? 0 > 0)
      let box = try #require(
        try VitCommand().run("inspect", "--format", "json").json() as? [String: Any])
      #expect(object["converted_from_sha256"] as? String == box["weights_sha256"] as? String)
      #expect(object["weights_sha256"] as? String != box["weights_sha256"] as? String)
      #expect(object["parameter_count"] as? Int == box["parameter_count"] as? Int)
      #expect(box["converted_from"] is NSNull)
      let table = try VitCommand().run("inspect", folder).text
      #expect(table.contains("converted      from box\n"))
    }

    @Test func whatCannotBeIsToldWithItsStatus() throws {
      let scratch = try Scratch()
      let folder = scratch.path("int8")
      _ = try VitCommand().run("convert", "box", "--precision", "int8", "--output", folder)
      let gone = try VitCommand().run(
        "embed", "--model", folder, "--precision", "float32", photos[0])
      #expect(gone.status == 65 && gone.output.isEmpty)
      #expect(gone.error.contains("was converted to int8"))
      let there = try VitCommand().run("convert", "box", "--precision", "int8", "--output", folder)
      #expect(there.status == 74 && there.error.contains("something is there already"))
      let twice = try VitCommand().run(
        "convert", folder, "--precision", "int8", "--output", scratch.path("twice"))
      #expect(twice.status == 65)
      let noFolder = try VitCommand().run(
        "convert", "box", "--precision", "int8", "--output", scratch.path("none/model"))
      #expect(noFolder.status == 74)
      let auto = try VitCommand().run(
        "convert", "box", "--precision", "auto", "--output", scratch.path("auto"))
      #expect(auto.status == 0)
      let missing = try VitCommand().run(
        "convert", "no/such", "--precision", "int8", "--output", scratch.path("missing"))
      #expect(missing.status == 66)
      // Nothing half made stays.
      #expect(try scratch.names == ["auto", "int8"])
    }

    /// Vectors of the original at that precision may be compared with those of the converted model.
    @Test func savedVectorsOfTheOriginalFit() throws {
      let scratch = try Scratch()
      let (folder, vectors) = (scratch.path("int8"), scratch.path("vectors.npy"))
      _ = try VitCommand().run("convert", "box", "--precision", "int8", "--output", folder)
      _ = try VitCommand().run("embed", "--precision", "int8", "--output", vectors, photos[0])
      let outcome = try VitCommand().run(
        "similarity", "--model", folder, "--vectors", vectors, "--format", "json", photos[0])
      #expect(outcome.status == 0)
      let object = try #require(try outcome.json() as? [String: Any])
      let cosine = try #require((object["cosine"] as? [[Double]])?.first?.first)
      #expect(abs(cosine - 1) < 1e-5)
    }

    @Test func listsTellWhatItWasConvertedTo() throws {
      let scratch = try Scratch()
      let folder = scratch.path("models/owner/tiny")
      try FileManager.default.createDirectory(
        atPath: scratch.path("models/owner"), withIntermediateDirectories: true)
      _ = try VitCommand().run("convert", "box", "--precision", "bfloat16", "--output", folder)
      let command = VitCommand(
        environment: ["VIT_HOME": scratch.path("models"), "HF_HUB_CACHE": scratch.path("hub")])
      let model = try #require(try command.run("models", "--format", "json").objects().first)
      #expect(model["model"] as? String == "owner/tiny")
      #expect(model["converted_to"] as? String == "bfloat16" && model["family"] is String)
      #expect(try command.run("models").text.contains("converted to bfloat16"))
      let report = try #require(
        try command.run("doctor", "--format", "json").json() as? [String: Any])
      let models = try #require(report["models"] as? [[String: String]])
      #expect(models.first?["converted_to"] == nil)
      #expect(models.last?["converted_to"] == "bfloat16" && models.last?["error"] == nil)
    }

    @Test func benchTakesIt() throws {
      let scratch = try Scratch()
      let folder = scratch.path("int8")
      _ = try VitCommand().run("convert", "box", "--precision", "int8", "--output", folder)
      let outcome = try VitCommand().run(
        "bench", "--model", folder, "--batch-size", "1", "--seconds", "0", "--format", "json")
      #expect(outcome.status == 0)
      #expect(try outcome.objects().first?["precision"] as? String == "int8")
      let other = try VitCommand().run(
        "bench", "--model", folder, "--precision", "bfloat16", "--seconds", "0")
      #expect(other.status == 65)
    }
  }
}
