import Testing
import VitCheckpoint
import VitTensor

@testable import VitModel

@Suite struct HuggingFaceViTTests {
  /// What `describe` makes of a `config.json`, whatever the weights.
  private func describe(
    _ settings: String, _ family: any ModelFamily.Type = HuggingFaceViT.self
  ) throws -> ModelDescription {
    let source = DeclaredModel(files: ["config.json": settings]).source()
    let configuration = try source.json("config.json")
    return try family.describe(
      FamilyInput(
        source: source, weights: checkpoint([]),
        configuration: try #require(configuration), towers: .all),
      reader: .declaring())
  }

  /// transformers' `ViTConfig`.
  @Test func absentSettingsTakeTheDefaults() throws {
    let model = try describe(#"{"model_type": "vit"}"#)
    let image = try #require(model.image)
    #expect(image.imageHeight == 224 && image.imageWidth == 224 && image.patchSize == 16)
    #expect(image.width == 768 && image.depth == 12 && image.heads == 12 && image.mlpSize == 3072)
    #expect(image.activation == .geluErf && image.epsilon == 1e-12)
    #expect(image.hasQueryKeyValueBias && image.hasClassToken && !image.hasDistillationToken)
    #expect(image.pooling == .classToken && image.prefixTokens == 1 && image.patches == 196)
    #expect(model.architecture == "ViTModel" && model.classCount == nil)
    #expect(model.layout.image?.blocks.count == 12)
    #expect(model.layout.image?.positions.shape == [197, 768])
  }

  @Test func settingsAreObeyed() throws {
    let model = try describe(
      """
      {"model_type": "vit", "architectures": ["ViTForImageClassification"], "image_size": [32, 48],
       "patch_size": 8, "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3,
       "intermediate_size": 36, "hidden_act": "gelu_pytorch_tanh", "layer_norm_eps": 0.5,
       "qkv_bias": false}
      """)
    let image = try #require(model.image)
    #expect(image.gridHeight == 4 && image.gridWidth == 6 && image.headSize == 8)
    #expect(image.activation == .geluTanh && image.epsilon == 0.5 && image.mlpSize == 36)
    let attention = try #require(model.layout.image?.blocks[1].attention)
    #expect(attention.query.bias == nil && attention.output.bias != nil)
    #expect(attention.key.weight.name == "encoder.layer.1.attention.attention.key.weight")
    #expect(model.architecture == "ViTForImageClassification")
  }

  @Test(arguments: [
    (#""num_channels": 4"#, "num_channels is 4"), (#""patch_size": [8, 16]"#, "not square"),
    (#""hidden_size": "768""#, "hidden_size is not a whole number"),
    (#""hidden_size": 770"#, "not divisible by the 12 attention heads"),
    (#""hidden_act": "mish""#, "hidden_act is mish"), (#""qkv_bias": 1"#, "qkv_bias is not true"),
    (#""image_size": 8"#, "no whole patch"), (#""layer_norm_eps": -1"#, "epsilon"),
    (#""num_hidden_layers": 0"#, "depth is 0"), (#""image_size": 65536"#, "65,536 are the most"),
  ])
  func whatCannotBeIsNamed(_ setting: String, _ reason: String) {
    let text = message { _ = try describe("{\"model_type\": \"vit\", \(setting)}") }
    #expect(text.contains("declared/config.json") && text.contains(reason), "\(text)")
  }

  @Test func deitHasADistillationToken() throws {
    let model = try describe(#"{"model_type": "deit"}"#, HuggingFaceDeiT.self)
    #expect(model.image?.prefixTokens == 2 && model.image?.pooledTokens == 2)
    #expect(model.layout.image?.positions.shape == [198, 768])
    #expect(model.layout.image?.distillationToken?.name == "embeddings.distillation_token")
  }

  /// Layers without outputs, and query, key and value in one tensor that no conversion made.
  @Test func shapesThatNoModelHasAreRefused() throws {
    func tiny() throws -> DeclaredModel {
      let model = DeclaredModel(files: [
        "config.json": """
        {"model_type": "vit", "image_size": 16, "patch_size": 8, "hidden_size": 8,
         "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
        """
      ])
      let image = ImageTowerConfiguration(
        imageHeight: 16, imageWidth: 16, patchSize: 8, width: 8, depth: 1, heads: 2, mlpSize: 16,
        activation: .geluErf, epsilon: 1e-12)
      _ = try model.reader.imageTower(HuggingFaceViT.keys, image)
      return model
    }
    #expect(try tiny().describe().image?.depth == 1)
    var empty = try tiny()
    empty.others = [("classifier.weight", [0, 8]), ("classifier.bias", [0])]
    #expect(message { _ = try empty.describe() }.contains("classifier.weight has the shape [0, 8]"))
    var joined = try tiny()
    joined.shapes = ["encoder.layer.0.attention.attention.query.weight": [24, 8]]
    #expect(message { _ = try joined.describe() }.contains("query.weight has the shape [24, 8]"))
  }

  /// What nobody could compute is told, not trapped on.
  @Test func multiplyAddsOfAnySizeAreANumber() {
    let image = ImageTowerConfiguration(
      imageHeight: 1 << 20, imageWidth: 1 << 20, patchSize: 4096, width: 1 << 20, depth: 4096,
      heads: 1, mlpSize: 1 << 20, activation: .relu, epsilon: 1)
    #expect(image.multiplyAdds() == .max)
  }
}
