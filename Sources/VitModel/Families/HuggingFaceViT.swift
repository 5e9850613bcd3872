import VitImage
import VitJSON

/// ViT as transformers stores it (`models/vit/modeling_vit.py`): `ViTModel`,
/// `ViTForImageClassification`, and the encoder of `ViTForMaskedImageModeling`.
enum HuggingFaceViT: ModelFamily {
  static let name = "ViT (Hugging Face)"

  static func recognizes(_ source: ModelSource, configuration: JSONValue?) -> Bool {
    configuration?["model_type"]?.string == "vit"
  }

  static let keys = ImageTowerKeys(
    patchWeight: "embeddings.patch_embeddings.projection.weight",
    patchBias: "embeddings.patch_embeddings.projection.bias",
    classToken: "embeddings.cls_token",
    positions: "embeddings.position_embeddings",
    finalNorm: "layernorm",
    blocks: "encoder.layer.",
    block: BlockKeys(
      norm1: "layernorm_before",
      queryKeyValue: .separate(
        query: "attention.attention.query", key: "attention.attention.key",
        value: "attention.attention.value"),
      outputProjection: "attention.output.dense",
      norm2: "layernorm_after",
      feedForward1: "intermediate.dense",
      feedForward2: "output.dense"))

  static func describe(_ input: FamilyInput, reader: ParameterReader) throws -> ModelDescription {
    let settings = ConfigurationReader(input)
    let body = HuggingFaceVision.body("vit", reader)
    let vision = try HuggingFaceVision.configuration(settings)
    var model = try HuggingFaceVision.description(
      input, settings: settings, family: name, fallback: "ViTModel",
      processor: .vit)
    model.image = vision
    model.layout.image = try body.imageTower(keys, vision)
    try HuggingFaceVision.addPooler(to: &model, body, settings: settings, width: vision.width)
    if reader.contains("classifier.weight") {
      model.layout.classifier = try reader.linear("classifier", input: vision.width)
    }
    try reader.finish(ignoring: HuggingFaceVision.unused(body))
    return model
  }
}

/// What the image models of transformers have in common.
enum HuggingFaceVision {
  /// Defaults of `ViTConfig` and `DeiTConfig`.
  static func configuration(_ settings: ConfigurationReader) throws -> ImageTowerConfiguration {
    let channels = try settings.int("num_channels", default: 3)
    guard channels == 3 else {
      throw ModelError.invalidConfiguration(
        name: settings.name, reason: "num_channels is \(channels); only 3, RGB, is supported")
    }
    let image = try settings.size("image_size", default: 224)
    return try ImageTowerConfiguration(
      imageHeight: image.height, imageWidth: image.width,
      patchSize: settings.squarePatch("patch_size", default: 16),
      width: settings.int("hidden_size", default: 768),
      depth: settings.int("num_hidden_layers", default: 12),
      heads: settings.int("num_attention_heads", default: 12),
      mlpSize: settings.int("intermediate_size", default: 3072),
      activation: settings.activation("hidden_act", default: "gelu"),
      epsilon: settings.float("layer_norm_eps", default: 1e-12),
      hasQueryKeyValueBias: settings.bool("qkv_bias", default: true)
    ).validated(name: settings.name)
  }

  /// The scope of the encoder: task models give its names a prefix.
  static func body(_ prefix: String, _ reader: ParameterReader) -> ParameterReader {
    reader.contains(anyWithPrefix: "\(prefix).") ? reader.scope(prefix) : reader
  }

  /// Tensors that inference does not use: the mask of pretraining and its decoder.
  static func unused(_ body: ParameterReader) -> [NamePattern] {
    ["\(body.fullName("embeddings.mask_token"))", "decoder.*", "*.position_ids"]
  }

  static func architecture(_ configuration: JSONValue, _ fallback: String) -> String {
    configuration["architectures"]?.array?.first?.string ?? fallback
  }

  /// What does not depend on tensors.
  static func description(
    _ input: FamilyInput, settings: ConfigurationReader, family: String, fallback: String,
    processor: ProcessorFamily
  ) throws -> ModelDescription {
    var model = ModelDescription(
      family: family, architecture: architecture(settings.json, fallback), from: input)
    model.labels = try settings.labels() ?? []
    model.preprocessing = try preprocessing(input.source, family: processor)
    return model
  }

  /// The pooler of `ViTModel` and `DeiTModel`, tanh(W·token₀ + b), where the file has one.
  static func addPooler(
    to model: inout ModelDescription, _ body: ParameterReader, settings: ConfigurationReader,
    width: Int
  ) throws {
    guard body.contains("pooler.dense.weight") else { return }
    let size = try settings.int("pooler_output_size", default: width)
    model.layout.imageProjection = [try body.linear("pooler.dense", output: size, input: width)]
    model.imageProjectionActivations = [try settings.activation("pooler_act", default: "tanh")]
  }

  /// From `preprocessor_config.json`, or the newer `processor_config.json`.
  static func preprocessing(
    _ source: ModelSource, family: ProcessorFamily
  ) throws -> Preprocessing {
    for file in ["preprocessor_config.json", "processor_config.json"] {
      if let json = try source.json(file) {
        return try Preprocessing.huggingFace(
          json["image_processor"] ?? json, family: family, name: "\(source.name)/\(file)")
      }
    }
    return try Preprocessing.huggingFace(nil, family: family, name: source.name)
  }
}
