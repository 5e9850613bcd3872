import Foundation
import Testing
import VitCheckpoint
import VitTestSupport

@testable import VitKit
@testable import VitModel

/// Labels of the user's own, with a tiny CLIP that has CLIP's whole vocabulary.
@Suite struct ZeroShotTests {
  /// A model of width 8 with numbers that spread; its file is removed once it is mapped.
  private static func model(towers: LoadOptions.Towers = .all) throws -> Model {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "vitkit-zero-shot-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let tower = """
      "hidden_size": 8, "intermediate_size": 16, "num_attention_heads": 2, "num_hidden_layers": 1
      """
    try Data(
      """
      {"model_type": "clip", "projection_dim": 6, "text_config": {\(tower)},
       "vision_config": {\(tower), "image_size": 32, "patch_size": 16}}
      """.utf8
    ).write(to: folder.appending(path: "config.json"))
    var seed: UInt64 = 1
    func tensor(_ name: String, _ shape: [Int], around center: Float = 0) -> (
      name: String, shape: [Int], values: [Float]
    ) {
      let values = (0..<shape.reduce(1, *)).map { _ in
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return center + Float(Int32(truncatingIfNeeded: seed >> 33) % 1000) / 1000
      }
      return (name, shape, values)
    }
    func block(_ prefix: String) -> [(name: String, shape: [Int], values: [Float])] {
      ["q_proj", "k_proj", "v_proj", "out_proj"].flatMap {
        [
          tensor("\(prefix)self_attn.\($0).weight", [8, 8]),
          tensor("\(prefix)self_attn.\($0).bias", [8]),
        ]
      }
        + ["layer_norm1", "layer_norm2"].flatMap {
          [tensor("\(prefix)\($0).weight", [8], around: 1), tensor("\(prefix)\($0).bias", [8])]
        }
        + [
          tensor("\(prefix)mlp.fc1.weight", [16, 8]), tensor("\(prefix)mlp.fc1.bias", [16]),
          tensor("\(prefix)mlp.fc2.weight", [8, 16]), tensor("\(prefix)mlp.fc2.bias", [8]),
        ]
    }
    func norm(_ name: String) -> [(name: String, shape: [Int], values: [Float])] {
      [tensor("\(name).weight", [8], around: 1), tensor("\(name).bias", [8])]
    }
    let tensors =
      block("text_model.encoder.layers.0.") + block("vision_model.encoder.layers.0.")
      + norm("text_model.final_layer_norm") + norm("vision_model.pre_layrnorm")
      + norm("vision_model.post_layernorm")
      + [
        tensor("text_model.embeddings.token_embedding.weight", [49408, 8]),
        tensor("text_model.embeddings.position_embedding.weight", [77, 8]),
        tensor("vision_model.embeddings.class_embedding", [8]),
        tensor("vision_model.embeddings.patch_embedding.weight", [8, 3, 16, 16]),
        tensor("vision_model.embeddings.position_embedding.weight", [5, 8]),
        tensor("text_projection.weight", [6, 8]), tensor("visual_projection.weight", [6, 8]),
        (name: "logit_scale", shape: [], values: [2]),
      ]
    try Data(SafetensorsWriter.bytes(tensors)).write(
      to: folder.appending(path: "model.safetensors"))
    return try Model.load(folder.path, options: LoadOptions(towers: towers))
  }

  private static let photo = try! Image(
    width: 40, height: 32, pixels: (0..<40 * 32 * 3).map { UInt8(truncatingIfNeeded: $0 * 37) })

  @Test func labelsAreRankedByCosine() throws {
    let model = try Self.model()
    let labels = ["cat", "dog", "a cup of espresso"]
    let found = try model.classify(Self.photo, labels: labels)
    #expect(Set(found.map(\.label)) == Set(labels))
    #expect(abs(found.reduce(0) { $0 + $1.probability } - 1) < 1e-5)
    let scale = try #require(model.logitScale)
    #expect(abs(scale - Float(Foundation.exp(2.0))) < 1e-5)
    for item in found {
      let cosine = try model.similarity(Self.photo, "a photo of a \(item.label).")
      #expect(abs(item.score - cosine) < 1e-5)
    }
    #expect(found.map(\.score) == found.map(\.score).sorted(by: >))
    let ratio = found[0].probability / found[1].probability
    let expected = Foundation.exp(Double(scale * (found[0].score - found[1].score)))
    #expect(abs(Double(ratio) / expected - 1) < 1e-4)
  }

  /// CLIP's ensemble: normalise, mean, normalise again.
  @Test func templatesAreAveraged() throws {
    let model = try Self.model()
    let templates = ["a photo of a {}.", "{} in the snow"]
    let vectors = try model.zeroShotClassifier(labels: ["cat"], templates: templates).vectors
    let each = try model.embed(texts: ["a photo of a cat.", "cat in the snow"])
    let mean = zip(each[0], each[1]).map { ($0 + $1) / 2 }
    let length = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for (value, expected) in zip(vectors[0], mean) {
      #expect(abs(value - expected / length) < 1e-6)
    }
    #expect(throws: RequestError.self) {
      try model.zeroShotClassifier(labels: ["cat"], templates: ["no place for it"])
    }
    #expect(ZeroShotClassifier.imageNetTemplates.count == 80)
  }

  @Test func oneTowerIsEnough() throws {
    let images = try Self.model(towers: .image)
    let texts = try Self.model(towers: .text)
    let both = try Self.model()
    #expect(images.info.text == nil && texts.info.image == nil)
    #expect(try images.embed(Self.photo) == both.embed(Self.photo))
    #expect(try texts.embed(text: "a cat") == both.embed(text: "a cat"))
    #expect(throws: RequestError.self) { try images.embed(text: "a cat") }
    #expect(throws: RequestError.self) { try texts.embed(Self.photo) }
  }

  /// A text's bits do not depend on those beside it.
  @Test func textsDoNotDependOnTheirBatch() throws {
    let model = try Self.model()
    let texts = ["a", "two people on a beach", "a cat", String(repeating: "long ", count: 90)]
    let together = try model.embed(texts: texts)
    for (text, vector) in zip(texts, together) { #expect(try model.embed(text: text) == vector) }
  }
}
