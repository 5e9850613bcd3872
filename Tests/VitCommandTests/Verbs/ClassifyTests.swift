import Foundation
import Testing
import VitTestSupport

extension CommandTests {
  @Suite struct ClassifyTests {
    @Test func namesWhatIsInThePhotograph() throws {
      let outcome = try VitCommand().run("classify", Photos.coffee.path, Photos.cat.path)
      #expect(outcome.status == 0)
      #expect(outcome.text.contains("espresso"))
      #expect(outcome.text.contains("cat"))
      #expect(outcome.error == "")
    }

    @Test func jsonIsOneArrayOfRankedClasses() throws {
      let outcome = try VitCommand().run("classify", "--format", "json", Photos.coffee.path)
      let objects = try outcome.objects()
      #expect(objects.count == 1)
      #expect(objects[0].keys.sorted() == ["classes", "input"])
      #expect(objects[0]["input"] as? String == Photos.coffee.path)
      let classes = try #require(objects[0]["classes"] as? [[String: Any]])
      #expect(classes.count == 5)
      #expect(classes[0].keys.sorted() == ["index", "label", "probability", "score"])
      #expect((classes[0]["label"] as? String)?.contains("espresso") == true)
      #expect(classes[0]["index"] as? Int == 967)
      let scores = classes.compactMap { $0["score"] as? Double }
      #expect(scores == scores.sorted(by: >))
      let probabilities = classes.compactMap { $0["probability"] as? Double }
      #expect(probabilities.reduce(0, +) <= 1.0001 && probabilities[0] > 0.3)
    }

    @Test func topSaysHowManyClasses() throws {
      let outcome = try VitCommand().run(
        "classify", "--format", "json", "--top", "1000", Photos.shoes.path)
      let classes = try #require(try outcome.objects()[0]["classes"] as? [[String: Any]])
      #expect(classes.count == 1000)
      #expect(Set(classes.compactMap { $0["index"] as? Int }) == Set(0..<1000))
      let total = classes.compactMap { $0["probability"] as? Double }.reduce(0, +)
      #expect(abs(total - 1) < 1e-3)
    }

    @Test func multiLabelTakesTheSigmoidOfEachLogit() throws {
      let outcome = try VitCommand().run(
        "classify", "--multi-label", "--format", "json", Photos.coffee.path)
      let classes = try #require(try outcome.objects()[0]["classes"] as? [[String: Any]])
      for item in classes {
        let score = try #require(item["score"] as? Double)
        let probability = try #require(item["probability"] as? Double)
        #expect(abs(probability - 1 / (1 + exp(-score))) < 1e-5)
      }
    }

    /// The golden of a ViT with a head, its configuration changed.
    private func changedGolden(
      _ scratch: Scratch, _ file: String, _ change: (inout [String: Any]) -> Void
    ) throws -> String {
      let folder = scratch.url.appending(path: "changed")
      try FileManager.default.copyItem(
        at: TestData.committed("goldens/image/vit-f16-safetensors"), to: folder)
      let url = folder.appending(path: file)
      var settings = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
      change(&settings)
      try JSONSerialization.data(withJSONObject: settings).write(to: url)
      return folder.path
    }

    @Test func aRegressionGivesBareNumbers() throws {
      let scratch = try Scratch()
      let model = try changedGolden(scratch, "config.json") { $0["problem_type"] = "regression" }
      let csv = try VitCommand().run(
        "classify", "--model", model, "--format", "csv", Photos.coffee.path)
      #expect(csv.status == 0, "\(csv.error)")
      #expect(csv.lines.count > 1 && csv.lines.dropFirst().allSatisfy { $0.hasSuffix(",,") })
      let json = try VitCommand().run(
        "classify", "--model", model, "--format", "json", Photos.coffee.path)
      let classes = try #require(try json.objects()[0]["classes"] as? [[String: Any]])
      #expect(classes.allSatisfy { $0["probability"] is NSNull && $0["score"] is Double })
      let table = try VitCommand().run("classify", "--model", model, Photos.coffee.path)
      #expect(table.status == 0 && !table.text.contains("%"))
      let refused = try VitCommand().run(
        "classify", "--multi-label", "--model", model, Photos.coffee.path)
      #expect(refused.status == 65 && refused.error.contains("bare numbers"))
    }

    @Test func namesThatCannotBeToldStopOnlyClassify() throws {
      let scratch = try Scratch()
      let model = try changedGolden(scratch, "config.json") { $0["id2label"] = ["0": "one"] }
      let classified = try VitCommand().run("classify", "--model", model, Photos.coffee.path)
      #expect(classified.status == 65 && classified.error.contains("id2label"))
      #expect(try VitCommand().run("embed", "--model", model, Photos.coffee.path).status == 0)
    }

    @Test func anotherSizeThanTheModelsIsAsked() throws {
      let scratch = try Scratch()
      let model = try changedGolden(scratch, "preprocessor_config.json") {
        $0["size"] = ["height": 56, "width": 56]
      }
      let refused = try VitCommand().run("classify", "--model", model, Photos.coffee.path)
      #expect(refused.status == 65 && refused.error.contains("makes images of 56×56 pixels"))
      #expect(refused.error.hasSuffix("interpolated positions (--interpolate-positions)\n"))
      let asked = try VitCommand().run(
        "classify", "--interpolate-positions", "--model", model, Photos.coffee.path)
      #expect(asked.status == 0, "\(asked.error)")
      // What a model is can be told without running it.
      #expect(try VitCommand().run("inspect", model).text.contains("56×56"))
    }

    @Test func csvHasARowAClass() throws {
      let outcome = try VitCommand().run(
        "classify", "--format", "csv", "--top", "2", Photos.coffee.path, "none.jpg")
      #expect(outcome.status == 1)
      #expect(outcome.lines.count == 4)
      #expect(outcome.lines[0] == "input,rank,index,label,score,probability,error")
      #expect(outcome.lines[1].hasPrefix("\(Photos.coffee.path),1,967,"))
      #expect(outcome.lines[3].hasPrefix("none.jpg,,,,,,"))
    }

    @Test func outputsAreInTheOrderOfInputsWhateverTheThreads() throws {
      let photos = [Photos.coat, Photos.shoes, Photos.coffee, Photos.cat].map(\.path)
      let inputs = (0..<20).map { photos[($0 * 7 + $0 / 4) % 4] }
      let one = try VitCommand().run(
        ["classify", "--format", "jsonl", "--threads", "1", "--batch-size", "1"] + inputs)
      let many = try VitCommand().run(
        ["classify", "--format", "jsonl", "--threads", "2", "--batch-size", "7"] + inputs)
      #expect(one.lines.count == 20)
      #expect(one.text == many.text)
      for (line, input) in zip(one.lines, inputs) {
        #expect(line.hasPrefix("{\"input\": \"\(input)\""))
      }
    }

    @Test func labelsNeedATextEncoder() throws {
      let outcome = try VitCommand().run("classify", "--labels", "a cat,a dog", Photos.cat.path)
      #expect(outcome.status == 65)
      #expect(outcome.text == "")
      #expect(outcome.error.contains("text encoder"))
      #expect(outcome.error.contains("openai/clip-vit-base-patch32"))
    }

    @Test func readsAnImageFromStandardInput() throws {
      let outcome = try VitCommand().run(
        "classify", "--format", "json", "--top", "1", "-", input: Data(contentsOf: Photos.coffee))
      #expect(outcome.status == 0)
      #expect(try outcome.objects()[0]["input"] as? String == "-")
      #expect(outcome.text.contains("espresso"))
    }

    @Test func traceHoldsTheNamedIntermediates() throws {
      let scratch = try Scratch()
      let outcome = try VitCommand().run(
        "classify", "--trace", scratch.path("trace.safetensors"), Photos.coffee.path)
      #expect(outcome.status == 0)
      let file = try SafetensorsFile(scratch.data("trace.safetensors"))
      for name in ["pixels", "embeddings", "block.0", "block.11", "pooled", "logits"] {
        #expect(file.header[name] != nil, "\(name) is missing")
      }
      #expect(file.metadata["weights_sha256"]?.count == 64)
    }

    @Test(.enabled(if: TestData.collection != nil))
    func bothLayoutsOfARealModel() throws {
      for name in ["vit-tiny-patch16-224", "vit_tiny_patch16_224.augreg_in21k_ft_in1k"] {
        let outcome = try VitCommand().run(
          "classify", "--model", TestData.collection("models/\(name)").path, "--format", "json",
          TestData.collection("photos/coffee.png").path)
        #expect(outcome.status == 0)
        let classes = try #require(try outcome.objects()[0]["classes"] as? [[String: Any]])
        #expect((classes[0]["label"] as? String)?.contains("espresso") == true)
      }
    }
  }
}
