import Testing
import VitCheckpoint

@testable import VitModel

@Suite struct OpenCLIPTests {
  private func model(
    top: String = "", layers: String = "1", image: String = "", text: String = ""
  ) throws -> DeclaredModel {
    var model = DeclaredModel(files: [
      "open_clip_config.json": """
      {"model_cfg": {"embed_dim": 4\(top),
        "vision_cfg": {"image_size": 16, "patch_size": 8, "width": 64, "layers": \(layers)\(image)},
        "text_cfg": {"context_length": 6, "vocab_size": 20, "width": 8, "heads": 2, "layers": 1\(text)}}}
      """
    ])
    model.weightsName = "open_clip_model.safetensors"
    let imageTower = ImageTowerConfiguration(
      imageHeight: 16, imageWidth: 16, patchSize: 8, width: 64, depth: 1, heads: 1, mlpSize: 256,
      activation: .geluErf, epsilon: 1e-5, hasPatchBias: false, hasNormBeforeBlocks: true)
    let textTower = TextTowerConfiguration(
      contextLength: 6, vocabularySize: 20, width: 8, depth: 1, heads: 2, mlpSize: 32,
      activation: .geluErf, epsilon: 1e-5, pooling: .largestID, paddingID: 0)
    let visual = model.reader.scope("visual")
    _ = try visual.imageTower(OpenCLIP.imageKeys, imageTower)
    _ = try visual.parameter("proj", [64, 4])
    _ = try model.reader.textTower(OpenCLIP.textKeys, textTower)
    _ = try model.reader.parameter("text_projection", [8, 4])
    _ = try model.reader.parameter("logit_scale", [])
    return model
  }

  @Test func projectionsAreStoredTransposed() throws {
    let description = try model().describe()
    #expect(description.family == "CLIP (OpenCLIP)" && description.embeddingSize == 4)
    #expect(description.layout.imageProjection.map(\.isTransposed) == [true])
    #expect(description.layout.textProjection?.isTransposed == true)
    #expect(description.layout.transposedWeights.map(\.name) == ["visual.proj", "text_projection"])
    #expect(description.image?.activation == .geluErf && description.text?.pooling == .largestID)
    #expect(
      description.layout.image?.blocks[0].attention.value.weight.rows == 128..<192)
  }

  @Test func settingsAreObeyed() throws {
    let description = try model(
      top: #", "quick_gelu": true"#, image: #", "pool_type": "avg""#,
      text: #", "pool_type": "eos", "eos_id": 7, "no_causal_mask": true, "pad_id": 3"#
    ).describe()
    #expect(
      description.image?.activation == .quickGELU && description.text?.activation == .quickGELU)
    #expect(description.image?.pooling == .averageOfPatches)
    #expect(description.text?.pooling == .firstOf(7) && description.text?.isCausal == false)
    #expect(description.text?.paddingID == 3)
  }

  @Test(arguments: [
    ("", #", "attentional_pool": true"#, "", "attentional pooling"),
    ("", #", "qk_norm": true"#, "", "qk_norm"), ("", "", #", "scale_heads": true"#, "scale_heads"),
    ("", #", "pool_type": "map""#, "", "the image pooling map"),
    ("", "", #", "hf_model_name": "bert""#, "the text tower bert"),
    ("", "", #", "embed_cls": true"#, "embed_cls"), (#", "multimodal_cfg": {}"#, "", "", "CoCa"),
    ("", #", "timm_model_name": "resnet50""#, "", "the image tower resnet50"),
    ("", #", "block_type": "custom""#, "", "the block type custom"),
  ])
  func whatIsNotComputedIsRefusedByName(
    _ top: String, _ image: String, _ text: String, _ reason: String
  ) throws {
    let model = try model(top: top, image: image, text: text)
    let text = message { _ = try model.describe() }
    #expect(text.contains(reason), "\(text)")
  }

  @Test func resNetsAreRefused() throws {
    let model = try model(layers: "[1, 2, 3, 4]")
    #expect(message { _ = try model.describe() }.contains("a ResNet image tower"))
  }

  /// Their tensors have the names of OpenAI's, whose activation and heads are others.
  @Test func weightsWithoutAConfigurationAreNotTakenForOpenAIs() throws {
    var model = try model()
    model.files = [:]
    model.weightsName = "model.safetensors"
    #expect(
      message { _ = try model.describe() }.contains("no config.json or open_clip_config.json"))
  }

  @Test func aPaddingIDOutsideTheVocabularyIsNamed() throws {
    let description = try model(text: #", "pool_type": "last", "pad_id": -1"#).describe(
      towers: .text)
    let tower = try #require(try ModelPlan(description).textTower)
    #expect(message { _ = try tower.encode([[1, 2]]) }.contains("the token -1 is outside"))
    #expect(try tower.encode([[1, 2, 3, 4, 5, 6]]).count == 8)
  }
}
