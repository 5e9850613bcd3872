import Foundation
import Testing

extension CommandTests {
  @Suite struct EmbedTests {
    @Test func jsonLinesHoldAVectorOfLengthOne() throws {
      let outcome = try VitCommand().run("embed", Photos.coffee.path, "none.jpg")
      #expect(outcome.status == 1)
      #expect(outcome.lines.count == 2)
      let first = try object(outcome.lines[0])
      let vector = try #require(first["embedding"] as? [Double])
      #expect(vector.count == 192)
      #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
      let second = try object(outcome.lines[1])
      #expect(second["input"] as? String == "none.jpg")
      #expect((second["error"] as? String)?.isEmpty == false)
    }

    @Test func rawLeavesTheLength() throws {
      let unit = try vector("embed", Photos.coffee.path)
      let raw = try vector("embed", "--raw", Photos.coffee.path)
      let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(length > 1.5)
      for (first, second) in zip(unit, raw) { #expect(abs(first - second / length) < 1e-5) }
    }

    @Test func npyHasARowAnInputThatWorkedAndItsLinesBeside() throws {
      let scratch = try Scratch()
      let outcome = try VitCommand().run(
        "embed", "--output", scratch.path("v.npy"), Photos.coffee.path, "none.jpg", Photos.cat.path)
      #expect(outcome.status == 1)
      #expect(outcome.text == "")
      #expect(try scratch.names == ["v.jsonl", "v.npy"])
      let file = try NPYFile(scratch.data("v.npy"))
      #expect(file.header.contains("'descr': '<f4', 'fortran_order': False, 'shape': (2, 192)"))
      try #require(file.values.count == 2 * 192)
      let lines = try scratch.text("v.jsonl").split(separator: "\n").map { try object(String($0)) }
      #expect(lines.count == 3)
      #expect(lines.map { $0["row"] as? Int } == [0, nil, 1])
      #expect(lines[1]["error"] is String)
      let origin = try #require(lines[0]["made_with"] as? [String: String])
      #expect(origin["weights_sha256"]?.count == 64)
      #expect(origin["precision"] == "float32")
      let cat = try vector("embed", Photos.cat.path)
      for (first, second) in zip(cat, file.values[192...]) {
        #expect(abs(first - Double(second)) < 1e-7)
      }
    }

    @Test func safetensorsNameWhatMadeTheVectors() throws {
      let scratch = try Scratch()
      let outcome = try VitCommand().run(
        "embed", "--output", scratch.path("v.safetensors"), Photos.coffee.path, Photos.cat.path)
      #expect(outcome.status == 0)
      let file = try SafetensorsFile(scratch.data("v.safetensors"))
      #expect(file.shape("embeddings") == [2, 192])
      #expect(file.values("embeddings").count == 2 * 192)
      for key in ["weights_sha256", "preprocessing", "precision", "kernel_set", "inputs"] {
        #expect(file.metadata[key]?.isEmpty == false, "\(key) is missing")
      }
      #expect(file.metadata["inputs"]?.contains("coffee.png") == true)
    }

    @Test func csvHasAColumnANumber() throws {
      let outcome = try VitCommand().run("embed", "--format", "csv", Photos.coffee.path, "none.jpg")
      #expect(outcome.lines.count == 3)
      #expect(outcome.lines[0].hasPrefix("input,error,0,1,2,"))
      let counts = outcome.lines.map {
        $0.split(separator: ",", omittingEmptySubsequences: false).count
      }
      #expect(counts[0] == 194 && counts[1] == 194)
    }

    @Test(arguments: ["float32", "bfloat16", "int8"])
    func bitsDependOnNeitherBatchNorThreads(_ precision: String) throws {
      let scratch = try Scratch()
      let photos = [Photos.coffee, Photos.cat, Photos.coat, Photos.shoes].map(\.path)
      var first: Data?
      // One thread; each its rows of an image; too few rows for that; each an image, and the rest.
      for (threads, batch) in [(1, 1), (2, 1), (3, 1), (16, 1), (3, 4), (2, 8)] {
        let file = "\(threads)-\(batch).npy"
        let outcome = try VitCommand().run(
          [
            "embed", "--threads", "\(threads)", "--batch-size", "\(batch)", "--precision",
            precision, "--output", scratch.path(file),
          ] + photos)
        #expect(outcome.status == 0)
        let data = try scratch.data(file)
        #expect(first == nil || first == data, "\(threads) threads, batches of \(batch)")
        first = first ?? data
      }
    }

    @Test func binaryFormsNeedAFile() throws {
      #expect(try VitCommand().run("embed", "--format", "npy", Photos.coffee.path).status == 64)
    }

    private func object(_ line: String) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    private func vector(_ arguments: String...) throws -> [Double] {
      let outcome = try VitCommand().run(arguments)
      return try #require(try object(outcome.lines[0])["embedding"] as? [Double])
    }
  }
}
