import Testing
import VitCheckpoint
import VitImage
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

  /// A small model with a head of so many classes.
  private func classifier(
    _ settings: String = "", classes: Int = 3, preprocessor: String? = nil, imageSize: Int = 16
  ) throws -> DeclaredModel {
    var model = DeclaredModel(files: [
      "config.json": """
      {"model_type": "vit", "image_size": \(imageSize), "patch_size": 8, "hidden_size": 8,
       "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16\(settings)}
      """
    ])
    model.files["preprocessor_config.json"] = preprocessor
    let image = ImageTowerConfiguration(
      imageHeight: imageSize, imageWidth: imageSize, patchSize: 8, width: 8, depth: 1, heads: 2,
      mlpSize: 16, activation: .geluErf, epsilon: 1e-12)
    _ = try model.reader.scope("vit").imageTower(HuggingFaceViT.keys, image)
    if classes > 0 { _ = try model.reader.linear("classifier", output: classes, input: 8) }
    return model
  }

  /// What transformers' own files and trainers add passes; what could change a result does not.
  @Test func everySettingIsObeyedOrNamed() throws {
    let harmless = """
      , "_name_or_path": "x", "_attn_implementation_autoset": true, "transformers_version": "4.57.1",
      "torch_dtype": "float32", "dtype": "float32", "architectures": ["ViTForImageClassification"],
      "hidden_dropout_prob": 0.1, "encoder_stride": 16, "top_k": 50, "some_option": false, "note": null,
      "other": {}, "finetuning_task": "image-classification", "initializer_range": 0.02
      """
    #expect(try classifier(harmless).describe().classCount == 3)
    for (setting, reason) in [
      (#""mlp_ratio": 4"#, "mlp_ratio is 4, a setting that is not known here"),
      (#""use_swiglu_ffn": true"#, "use_swiglu_ffn is true"),
      (#""quantization_config": {"bits": 8}"#, #"quantization_config is {"bits":8}"#),
      (#""layer_norm_epsilon": 1e-6"#, "layer_norm_epsilon is 1e-06"),
      (#""pruned_heads": {"0": [1]}"#, "pruned_heads"),
    ] {
      let text = message { _ = try classifier(", \(setting)").describe() }
      #expect(text.contains("declared/config.json: \(reason)"), "\(text)")
    }
  }

  @Test func whatTheOutputsMeanIsTheConfigurations() throws {
    func scores(_ settings: String, classes: Int = 3) throws -> ClassScores {
      try classifier(settings, classes: classes).describe().classScores
    }
    #expect(try scores("") == .oneOfAll && scores("", classes: 1) == .eachForItself)
    #expect(try scores(#", "problem_type": "multi_label_classification""#) == .eachForItself)
    #expect(try scores(#", "problem_type": "single_label_classification""#) == .oneOfAll)
    #expect(try scores(#", "problem_type": "regression""#, classes: 1) == .regression)
    #expect(
      message { _ = try scores(#", "problem_type": "ranking""#) }
        .contains("problem_type is \"ranking\""))
  }

  @Test func classesThatCannotBeToldStopNoVector() throws {
    let numbers = try classifier(#", "id2label": {"0": 7, "2": 9, "1": 1.5}"#).describe()
    #expect(numbers.labels == ["7", "1.5", "9"] && numbers.classesError == nil)
    for labels in [
      #"{"0": "a"}"#, #"{"1": "a", "2": "b", "3": "c"}"#, "[]", #"{"0": null}"#,
      #"{"0": "a", "00": "b", "2": "c"}"#,
    ] {
      let model = try classifier(", \"id2label\": \(labels)").describe()
      #expect(model.classesError != nil && model.labels.isEmpty && model.image != nil, "\(labels)")
    }
    // Without a head names are of no use.
    #expect(try classifier(#", "id2label": []"#, classes: 0).describe().classesError == nil)
  }

  /// transformers' classifier has no pooler, whatever its file holds.
  @Test func aClassifiersPoolerIsLeft() throws {
    var model = try classifier()
    model.others = [("vit.pooler.dense.weight", [8, 8]), ("vit.pooler.dense.bias", [8])]
    #expect(try model.describe().layout.imageProjection.isEmpty)
    var bare = try classifier(classes: 0)
    bare.others = model.others
    #expect(try bare.describe().layout.imageProjection.count == 1)
  }

  /// A Trainer's folder has no preprocessor: the model's own size, and that is told.
  @Test func withoutPreprocessingTheModelsSizeHolds() throws {
    let model = try classifier(imageSize: 64).describe()
    #expect(model.preprocessing?.width == 64 && model.preprocessing?.height == 64)
    #expect(model.preprocessing?.filter == .bilinear)
    #expect(
      model.warnings.contains { $0.contains("no preprocessor_config.json; images become 64×64") })
  }

  @Test func preprocessingOfAnotherSizeIsAnError() throws {
    let other = try classifier(preprocessor: #"{"size": {"height": 24, "width": 24}}"#)
    let error = try #require(try other.describe().sizeError)
    #expect(
      "\(error)".hasPrefix(
        "declared/preprocessor_config.json: makes images of 24×24 pixels, but the model takes 16×16"
      ))
    #expect(try other.describe(interpolatesPositions: true).sizeError == nil)
    // The class's own 224 counts where the file leaves it open.
    #expect(try classifier(preprocessor: "{}").describe().sizeError != nil)
    #expect(try classifier(preprocessor: #"{"size": 16}"#).describe().sizeError == nil)
  }

  /// Without resize and crop every image has its own size.
  @Test func imagesOfAnotherSizeAreErrors() throws {
    let model = try classifier(preprocessor: #"{"do_resize": false}"#)
    func image(_ side: Int) throws -> Image {
      try Image(width: side, height: 16, pixels: [UInt8](repeating: 0, count: side * 48))
    }
    let strict = try model.describe()
    #expect(strict.sizeError == nil)
    try strict.checkSize(of: image(16))
    let wide = try image(24)
    #expect(
      message { try strict.checkSize(of: wide) }.contains("makes 24×16 pixels of it, but the model")
    )
    let free = try model.describe(interpolatesPositions: true)
    try free.checkSize(of: wide)
    let long = try Image(width: 1 << 20, height: 8, pixels: [UInt8](repeating: 0, count: 3 << 23))
    #expect(message { try free.checkSize(of: long) }.contains("131072 patches; 65536 are the most"))
  }

  /// What nobody could compute is told, not trapped on.
  @Test func multiplyAddsOfAnySizeAreANumber() {
    let image = ImageTowerConfiguration(
      imageHeight: 1 << 20, imageWidth: 1 << 20, patchSize: 4096, width: 1 << 20, depth: 4096,
      heads: 1, mlpSize: 1 << 20, activation: .relu, epsilon: 1)
    #expect(image.multiplyAdds() == .max)
  }
}
