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
