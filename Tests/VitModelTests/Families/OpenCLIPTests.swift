import Testing
import VitCheckpoint

@testable import VitModel

@Suite struct OpenCLIPTests {
  private func model(
    top: String = "", layers: String = "1", image: String = "", text: String = "",
    embedding: Int = 4, preprocessing: String = ""
  ) throws -> DeclaredModel {
    var model = DeclaredModel(files: [
      "open_clip_config.json": """
      {"model_cfg": {"embed_dim": \(embedding)\(top),
        "vision_cfg": {"image_size": 16, "patch_size": 8, "width": 64, "layers": \(layers)\(image)},
        "text_cfg": {"context_length": 6, "vocab_size": 20, "width": 8, "heads": 2, "layers": 1\(text)}}\(preprocessing)}
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
      text: #", "pool_type": "eos", "eos_id": 7, "no_causal_mask": true"#
    ).describe()
    #expect(
      description.image?.activation == .quickGELU && description.text?.activation == .quickGELU)
    #expect(description.image?.pooling == .averageOfPatches)
    #expect(description.text?.pooling == .firstOf(7) && description.text?.isCausal == false)
  }

  @Test(arguments: [
    ("", #", "attentional_pool": true"#, "", "attentional pooling"),
    ("", #", "qk_norm": true"#, "", "qk_norm is true"),
    ("", "", #", "scale_heads": true"#, "scale_heads is true"),
    (#", "vision_encoder": "x""#, "", "", "model_cfg: vision_encoder is \"x\""),
    ("", #", "global_average_pool": true"#, "", "global_average_pool is true"),
    ("", #", "width_multiplier": 2"#, "", "width_multiplier is 2, a setting that is not known"),
    ("", "", #", "rope": false"#, "text_cfg: rope is false"),
    ("", "", #", "proj_type": "mlp""#, "the text projection mlp"),
    ("", #", "act_kwargs": {"approximate": "erf"}"#, "", "approximate \"erf\""),
    ("", "", #", "norm_kwargs": {"bias": false}"#, "norm_kwargs: bias is false"),
    ("", #", "pool_type": "map""#, "", "the image pooling map"),
    ("", "", #", "hf_model_name": "bert""#, "the text tower bert"),
    ("", "", #", "embed_cls": true"#, "embed_cls"), (#", "multimodal_cfg": {}"#, "", "", "CoCa"),
    ("", #", "timm_model_name": "resnet50""#, "", "the image tower resnet50"),
    ("", #", "block_type": "custom""#, "", "block_type is \"custom\""),
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

  /// Their tensors have the names of OpenAI's, whose activation and heads are others: a name of
  /// OpenCLIP's is refused, any other is told.
  @Test func weightsWithoutAConfigurationAreNotTakenForOpenAIsInSilence() throws {
    var model = try model()
    model.files = [:]
    model.weightsName = "open_clip_model.safetensors"
    #expect(
      message { _ = try model.describe() }.contains("no config.json or open_clip_config.json"))
    model.weightsName = "model.safetensors"
    let told = try model.describe().warnings
    #expect(told.count == 1 && told[0].contains("open_clip_config.json"))
  }

  /// open_clip's own tokeniser pads with 0; `pad_id` masks in CoCa alone.
  @Test func paddingIsTheTokenizers() throws {
    let description = try model(text: #", "pool_type": "last", "pad_id": 5"#).describe()
    #expect(description.text?.paddingID == 0)
    let tower = try #require(try ModelPlan(description).textTower)
    #expect(try tower.encode([[1, 2]]).count == 8)
    #expect(message { _ = try tower.encode([[1, 20]]) }.contains("the token 20 is outside"))
  }

  @Test(arguments: [
    (#""hf_tokenizer_name": "facebook/xlm-v-base""#, "\"facebook/xlm-v-base\""),
    (#""hf_tokenizer_name": "bert", "tokenizer_kwargs": {"strip_sep_token": true}"#, "\"bert\""),
    (#""hf_tokenizer_name": "bert", "tokenizer_mode": "clips""#, "the mode \"clips\""),
    (#""tokenizer_kwargs": {"reduction_mask": "simple"}"#, "reduction_mask is \"simple\""),
    (#""tokenizer_kwargs": {"clean": "upper"}"#, "clean \"upper\""),
  ])
  func anotherTokenizerIsRefusedByNameAndImagesWork(_ text: String, _ reason: String) throws {
    let model = try model(text: ", \(text)")
    #expect(message { _ = try model.describe(towers: .text) }.contains(reason))
    let description = try model.describe()
    #expect(description.image != nil && description.text == nil && description.tokenizer == nil)
    #expect(description.textRefusal.map { "\($0)" }?.contains(reason) == true)
    #expect(description.notes.contains { $0.contains(reason) })
    #expect(try model.describe(towers: .image).textRefusal == nil)
  }

  @Test func aFlatConfigurationIsToldAsThat() throws {
    var model = try model()
    model.files = [
      "open_clip_config.json": #"{"embed_dim": 4, "vision_cfg": {}, "text_cfg": {}}"#
    ]
    let text = message { _ = try model.describe() }
    #expect(text.contains("declared/open_clip_config.json: has no model_cfg"), "\(text)")
    model.files = ["open_clip_config.json": "{}"]
    #expect(message { _ = try model.describe() }.contains("model_cfg with vision_cfg and text_cfg"))
  }

  @Test func sizesOfEmbeddingsAndOfImagesAreCompared() throws {
    #expect(
      message { _ = try model(text: #", "x": null"#, embedding: 5).describe() }
        .contains("embed_dim is 5, but the weights have 4"))
    let sized = try model(preprocessing: #", "preprocess_cfg": {"size": 32}"#).describe()
    #expect(sized.preprocessing?.width == 16 && sized.warnings.contains { $0.contains("size 32") })
    #expect(try model().describe().warnings.contains { $0.contains("no preprocess_cfg") })
    let same = try model(preprocessing: #", "preprocess_cfg": {"size": [16, 16]}"#).describe()
    #expect(same.warnings.isEmpty)
  }

  /// A missing number is 0 where the configuration says that there is one.
  @Test func aBiasThatIsConfiguredIsThere() throws {
    let trained = try model(top: #", "init_logit_bias": -10"#).describe()
    #expect(try ModelPlan(trained).logitBias == 0)
    #expect(try ModelPlan(model().describe()).logitBias == nil)
  }

  /// timm's layout beside OpenCLIP's: images by either, texts by the one that has them.
  @Test func aFolderInTwoLayoutsServesBoth() throws {
    var both = try model()
    both.files["config.json"] = #"{"architecture": "vit_tiny_patch8_224"}"#
    let timm = ImageTowerConfiguration(
      imageHeight: 16, imageWidth: 16, patchSize: 8, width: 64, depth: 1, heads: 1, mlpSize: 64,
      activation: .geluErf, epsilon: 1e-6)
    var other = DeclaredModel(files: [:])
    other.shapes = ["pos_embed": [1, 5, 64]]
    _ = try other.reader.imageTower(TimmVisionTransformer.keys, timm)
    both.addWeights(of: other, as: "model.safetensors")
    #expect(try both.describe(towers: .image).family == "ViT (timm)")
    #expect(try both.describe(towers: .text).family == "CLIP (OpenCLIP)")
    #expect(try both.describe().family == "CLIP (OpenCLIP)")
    #expect(try both.describe(towers: .image, prefersTexts: true).family == "CLIP (OpenCLIP)")
    // Of no use for texts, the other one serves images still.
    both.files["open_clip_config.json"] = #"{"model_cfg": {}}"#
    let rest = try both.describe()
    #expect(rest.family == "ViT (timm)" && rest.warnings.contains { $0.contains("takes no texts") })
    #expect(message { _ = try both.describe(towers: .text) }.contains("model_cfg with vision_cfg"))
  }
}
