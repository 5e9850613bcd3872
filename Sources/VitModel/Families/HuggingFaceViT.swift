import VitCheckpoint
import VitImage
import VitJSON
import VitTensor

/// ViT as transformers stores it (`models/vit/modeling_vit.py`): `ViTModel`,
/// `ViTForImageClassification`, and the encoder of `ViTForMaskedImageModeling`.
enum HuggingFaceViT: ModelFamily {
  static let name = "ViT (Hugging Face)"

  static func recognizes(_ source: ModelSource, configuration: JSONValue?) -> Bool {
    configuration?["model_type"]?.string == "vit"
  }

  static let keys = VisionKeys(
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

  static func load(
    _ source: ModelSource, reader: TensorReader, configuration: JSONValue, options: FamilyOptions
  ) throws -> LoadedModel {
    let precision = options.precision
    let settings = ConfigurationReader(json: configuration, name: "\(source.name)/config.json")
    let vision = try HuggingFaceVision.configuration(settings)
    let weights = reader.checkpoint
    let prefix = HuggingFaceVision.prefix("vit.", in: weights)
    let body = prefix.isEmpty ? reader : reader.scope("vit")
    let tower = try body.visionTransformer(vision, keys: keys, precision: precision)

    let pooler = try HuggingFaceVision.pooler(body, settings: settings, width: vision.width)
    var head: ClassificationHead?
    if let classes = reader.shape(of: "classifier.weight")?.first {
      head = ClassificationHead(
        classifier: try reader.linear(
          "classifier", output: classes, input: vision.width, precision: .float32),
        distillationClassifier: nil)
    }
    try reader.finish(ignoring: ["\(prefix)embeddings.mask_token", "decoder.*", "*.position_ids"])
    return LoadedModel(
      family: name, architecture: HuggingFaceVision.architecture(configuration, "ViTModel"),
      vision: tower, head: head, projection: pooler, labels: try settings.labels() ?? [],
      preprocessing: try HuggingFaceVision.preprocessing(source, family: .vit),
      weights: weights, parameterCount: reader.elementsRead)
  }
}

/// What the image models of transformers have in common.
enum HuggingFaceVision {
  /// Defaults of `ViTConfig` and `DeiTConfig`.
  static func configuration(_ settings: ConfigurationReader) throws -> VisionConfiguration {
    let channels = try settings.int("num_channels", default: 3)
    guard channels == 3 else {
      throw ModelError.invalidConfiguration(
        name: settings.name, reason: "num_channels is \(channels); only 3, RGB, is supported")
    }
    let image = try settings.size("image_size", default: 224)
    return try VisionConfiguration(
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

  /// The prefix of task models, or "" for a bare encoder's file.
  static func prefix(_ prefix: String, in weights: Checkpoint) -> String {
    weights.names.contains { $0.hasPrefix(prefix) } ? prefix : ""
  }

  static func architecture(_ configuration: JSONValue, _ fallback: String) -> String {
    configuration["architectures"]?.array?.first?.string ?? fallback
  }

  /// The pooler of `ViTModel` and `DeiTModel`, tanh(W·token₀ + b), where the file has one.
  static func pooler(
    _ body: TensorReader, settings: ConfigurationReader, width: Int
  ) throws -> ProjectionHead? {
    guard body.contains("pooler.dense.weight") else { return nil }
    let size = try settings.int("pooler_output_size", default: width)
    return ProjectionHead(layers: [
      (
        try body.linear("pooler.dense", output: size, input: width, precision: .float32),
        try settings.activation("pooler_act", default: "tanh")
      )
    ])
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
