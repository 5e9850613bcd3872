import Foundation
import Testing
import VitCheckpoint
import VitTestSupport

@testable import VitKit
@testable import VitModel

/// Every CLIP golden of the references, both towers or one.
@Suite struct TextGoldenTests {
  static let goldens: [Golden] = (try? Golden.all("clip")) ?? []
  static let withText = goldens.filter { $0.tensors["text.ids"] != nil }
  static let withImages = goldens.filter { $0.tensors["pixels"] != nil }

  /// Weights that are computed from their hash are written for the time that loading takes; what is
  /// mapped stays readable.
  private func load(_ golden: Golden) throws -> Model {
    let scratch = FileManager.default.temporaryDirectory
      .appending(path: "vitkit-golden-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    var path = try golden.modelFolder(in: scratch).path
    if golden.family == "openai", let file = golden.facts["weightsFile"] { path += "/\(file)" }
    return try Model.load(
      path, options: LoadOptions(interpolatesPositions: golden.facts.bool("interpolatesPositions")))
  }

  private func ids(_ golden: Golden) throws -> [[Int32]] {
    let tensor = try golden.tensors.require("text.ids")
    let values = tensor.integers.map { Int32($0) }
    let length = tensor.shape[1]
    return stride(from: 0, to: values.count, by: length).map {
      Array(values[$0..<$0 + length])
    }
  }

  @Test func thereAreGoldens() {
    #expect(Self.goldens.count >= 20)
    #expect(Self.withText.count >= 15 && Self.withImages.count >= 15)
  }

  @Test(arguments: withText)
  func textAgrees(_ golden: Golden) throws {
    let model = try load(golden)
    let ids = try ids(golden)
    let trace = Trace()
    _ = try model.embed(ids: [ids[0]], normalized: false, trace: trace)
    var compared = 0
    for entry in trace.entries where entry.name.hasPrefix("text.") {
      guard let expected = golden.tensors[entry.name] else { continue }
      // A causal tower encodes a caption only as far as its pooled token.
      let reference = Array(expected.floats.prefix(entry.values.count))
      expectClose(entry.values, reference, "\(golden.name) \(entry.name)")
      compared += 1
    }
    #expect(compared >= (model.info.text?.depth ?? 0) + 2)

    let name = golden.tensors["text.projected"] == nil ? "text.pooled" : "text.projected"
    let expected = try golden.tensors.require(name).rows
    let vectors = try model.embed(ids: ids, normalized: false)
    for (vector, reference) in zip(vectors, expected) {
      expectClose(vector, reference, "\(golden.name) \(name)")
      #expect(cosine(vector, reference) >= 0.99999)
    }
    #expect(cosine(expected[0], expected[1]) < 0.9)
  }

  @Test(arguments: withImages)
  func imagesAgree(_ golden: Golden) throws {
    let model = try load(golden)
    let tensor = try golden.tensors.require("pixels")
    let pixels = tensor.rows.map {
      PixelTensor(height: tensor.shape[2], width: tensor.shape[3], values: $0)
    }
    for (index, input) in golden.inputs.enumerated() {
      let image = try Image(width: input.shape[1], height: input.shape[0], pixels: input.uint8)
      let normalized = try model.preprocess(image)
      #expect(normalized.values.count == pixels[index].values.count)
      let difference = zip(normalized.values, pixels[index].values).map { abs($0 - $1) }.max()
      #expect(difference ?? 1 <= 1e-6)
    }
    let trace = Trace()
    _ = try model.embeddings(pixels: [pixels[0]], normalized: false, trace: trace)
    var compared = 0
    for entry in trace.entries {
      guard let expected = golden.tensors[entry.name] else { continue }
      expectClose(
        entry.values, Array(expected.floats.prefix(entry.values.count)),
        "\(golden.name) \(entry.name)")
      compared += 1
    }
    #expect(compared >= (model.info.image?.depth ?? 0) + 3)

    if let head = golden.tensors["logits"], model.info.classCount != nil {
      for (row, reference) in zip(try model.logits(pixels: pixels), head.rows) {
        expectClose(row, reference, "\(golden.name) logits")
      }
    }
  }

  /// Scaled cosines of every image with every text.
  @Test(arguments: goldens.filter { $0.tensors["logits"] != nil && $0.tensors["text.ids"] != nil })
  func logitsAgree(_ golden: Golden) throws {
    let model = try load(golden)
    let tensor = try golden.tensors.require("pixels")
    let images = try model.embeddings(
      pixels: tensor.rows.map {
        PixelTensor(height: tensor.shape[2], width: tensor.shape[3], values: $0)
      }, normalized: true)
    let texts = try model.embed(ids: ids(golden), normalized: true)
    let scale = try #require(model.logitScale)
    let expected = try golden.tensors.require("logits").rows
    func named(_ vectors: [[Float]]) throws -> Embeddings {
      try Embeddings(names: vectors.indices.map { "\($0)" }, vectors: vectors)
    }
    let cosines = try named(images).cosines(with: named(texts))
    for (row, reference) in zip(cosines, expected) {
      for (cosine, logit) in zip(row, reference) {
        #expect(abs(cosine * scale + (model.logitBias ?? 0) - logit) <= 1e-3)
      }
    }
  }

  /// OpenAI's real ViT-B/32, for whoever has it in the Hub's cache.
  private static let realModel = "openai/clip-vit-base-patch32"

  @Test(
    .enabled(
      if: TestData.collection != nil && (try? ModelLocation.find(realModel)) != nil,
      "needs openai/clip-vit-base-patch32 in the cache"))
  func realModelAgrees() throws {
    let model = try Model.load(Self.realModel)
    func features(_ name: String) throws -> NPYArray {
      try NPY.read(contentsOf: TestData.collection("clip-vit-b32-golden/\(name).npy").path)
    }
    let photo = try Image(
      contentsOf: TestData.collection("clip-vit-b32-golden/CLIP.png").path)
    let image = try model.embed(photo, normalized: false)
    #expect(cosine(image, try features("image_features").values) >= 0.9999)
    let texts = try model.embed(texts: ["a diagram", "a dog", "a cat"], normalized: false)
    let expected = try features("text_features").values
    for (row, text) in texts.enumerated() {
      #expect(cosine(text, Array(expected[row * 512..<(row + 1) * 512])) >= 0.9999)
    }
  }
}
