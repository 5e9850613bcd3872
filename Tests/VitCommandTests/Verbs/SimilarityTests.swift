import Foundation
import Testing
import VitTestSupport

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

    @Test func vectorsOfEveryFormCompare() throws {
      let scratch = try Scratch()
      var command = VitCommand()
      command.folder = scratch.url
      try scratch.copy(Photos.cat, as: "a, \"b\".png")
      try scratch.copy(Photos.coffee, as: "c.png")
      for form in ["npy", "safetensors", "csv", "jsonl", "json"] {
        let saved = try command.run(
          "embed", "--quiet", "--output", "v.\(form)", "c.png", "none.png", "a, \"b\".png")
        #expect(saved.status == 1)
        let found = try command.run(
          "similarity", "--vectors", "v.\(form)", "--best", "1", "--format", "csv", "a, \"b\".png")
        #expect(found.status == 0, "\(form): \(found.error)")
        let name = "\"a, \"\"b\"\".png\""
        #expect(found.lines.last?.hasPrefix("\(name),1,\(name),") == true, "\(form): \(found.text)")
        #expect(found.lines.last?.split(separator: ",").last.flatMap { Double($0) } ?? 0 > 0.999)
      }
    }

    /// As clip-retrieval leaves them: float16, and no list beside.
    @Test func arraysWithoutNamesHaveNumbers() throws {
      let scratch = try Scratch()
      var command = VitCommand()
      command.folder = scratch.url
      let header = "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 192), }"
      let padded = header + String(repeating: " ", count: 117 - header.utf8.count) + "\n"
      var bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8)
      // 1 and 0.5 in float16.
      for value: UInt16 in [0x3C00, 0x3800] {
        for place in 0..<192 {
          bytes += [UInt8(value & 255), UInt8(value >> 8) ^ (place < 96 ? 0 : 0x80)]
        }
      }
      try scratch.write("img_emb_0.npy", Data(bytes))
      let found = try command.run(
        "similarity", "--vectors", "img_emb_0.npy", "--best", "2", "--format", "csv",
        Photos.cat.path)
      #expect(found.status == 0, "\(found.error)")
      #expect(
        found.text.contains(",img_emb_0.npy[0],") && found.text.contains(",img_emb_0.npy[1],"))
      #expect(found.error.contains("img_emb_0.jsonl: is not there"))
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

    private struct Best: Decodable {
      struct Match: Decodable {
        let input: String
        let cosine: Double
      }
      let queries: [String]
      let best: [[Match]]
    }

    @Test func theBestOfOneSetAreOthers() throws {
      let photos = [Photos.coffee, Photos.cat, Photos.coat].map(\.path)
      let outcome = try VitCommand().run(
        ["similarity", "--format", "json", "--best", "5"] + photos)
      let found = try JSONDecoder().decode(Best.self, from: outcome.output)
      #expect(found.queries == photos)
      for (query, best) in zip(found.queries, found.best) {
        #expect(best.count == 2 && !best.map(\.input).contains(query))
        #expect(best[0].cosine >= best[1].cosine)
      }
      // Where cosines are too small nothing is left.
      let none = try VitCommand().run(
        ["similarity", "--format", "json", "--threshold", "0.999"] + photos)
      #expect(
        try JSONDecoder().decode(Best.self, from: none.output).best
          .allSatisfy(\.isEmpty))
      let csv = try VitCommand().run(["similarity", "--format", "csv", "--best", "1"] + photos)
      #expect(csv.lines.count == 4 && csv.lines[0] == "query,rank,input,cosine")
      #expect(
        try VitCommand().run(["similarity", "--format", "jsonl"] + photos).status == 64)
      #expect(
        try VitCommand().run(["similarity", "--threshold", "2"] + photos).status == 64)
    }

    /// The question of a text is which photographs fit it, and each gets a line.
    @Test func textsAreAnsweredByImages() throws {
      let scratch = try Scratch()
      let model = try TinyCLIP.write(in: scratch.url)
      let photos = [Photos.coffee, Photos.cat, Photos.coat].map(\.path)
      let command = ["similarity", "--model", model.path, "--text", "a", "--text", "b"]
      let lines = try VitCommand().run(
        command + ["--best", "2", "--format", "jsonl"] + photos + ["none.jpg"])
      #expect(lines.status == 1 && lines.lines.count == 3)
      for (line, text) in zip(lines.lines, ["a", "b"]) {
        let object = try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["query"] as? String == text)
        let best = try #require(object["best"] as? [[String: Any]])
        #expect(best.count == 2)
        #expect(best.allSatisfy { photos.contains($0["input"] as? String ?? "") })
      }
      #expect(lines.lines[2].contains("none.jpg"))
    }

    @Test func savedVectorsAreSearched() throws {
      let scratch = try Scratch()
      let photos = [Photos.cat, Photos.coat, Photos.coffee].map(\.path)
      // A URL's path loses the slash that asks for a folder.
      let (file, parts) = (scratch.path("v.npy"), "\(scratch.path("parts"))/")
      for path in [file, parts] {
        let embedded = try VitCommand().run(["embed", "--output", path] + photos)
        #expect(embedded.status == 0, "\(embedded.error)")
        let outcome = try VitCommand().run(
          "similarity", "--format", "json", "--best", "1", "--vectors", path,
          Photos.cat.path)
        let found = try JSONDecoder().decode(Best.self, from: outcome.output)
        #expect(found.best.map { $0.map(\.input) } == [[Photos.cat.path]])
        let others = try VitCommand().run(
          "similarity", "--format", "json", "--best", "1", "--vectors", path)
        let set = try JSONDecoder().decode(Best.self, from: others.output)
        #expect(set.queries == photos)
        #expect(zip(set.queries, set.best).allSatisfy { $0 != $1[0].input })
      }
      let both = try VitCommand().run(
        "similarity", "--format", "json", "--best", "1", "--vectors", parts, "--vectors", file)
      let found = try JSONDecoder().decode(Best.self, from: both.output)
      #expect(zip(found.queries, found.best).allSatisfy { $0 == $1[0].input })
    }
  }
}
