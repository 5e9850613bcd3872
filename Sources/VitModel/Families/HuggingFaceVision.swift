import VitImage
import VitJSON

/// What the image models of transformers have in common.
enum HuggingFaceVision {
  /// Task models put the encoder below a name.
  static func anchors(below body: String) -> [String] {
    let patches = HuggingFaceViT.keys.patchWeight
    return ["\(body).\(patches)", patches]
  }

  /// With the defaults of `ViTConfig` and `DeiTConfig`.
  static func configuration(_ settings: ConfigurationReader) throws -> ImageTowerConfiguration {
    try settings.check(HuggingFaceSettings.vision)
    try checkChannels(settings)
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

  static func checkChannels(_ settings: ConfigurationReader) throws {
    let channels = try settings.int("num_channels", default: 3)
    guard channels == 3 else {
      throw ModelError.invalidConfiguration(
        name: settings.name, reason: "num_channels is \(channels); only 3, RGB, is supported")
    }
  }

  /// The scope of the encoder: task models give its names a prefix.
  static func body(_ prefix: String, _ reader: ParameterReader) -> ParameterReader {
    reader.contains(anyWithPrefix: "\(prefix).") ? reader.scope(prefix) : reader
  }

  /// Tensors that inference does not use: the mask of pretraining and its decoder, and a pooler that
  /// a classifier's file kept.
  static func unused(_ body: ParameterReader, _ model: ModelDescription) -> [NamePattern] {
    let unused: [NamePattern] = [
      "\(body.fullName("embeddings.mask_token"))", "decoder.*", "*.position_ids",
    ]
    return model.classCount == nil ? unused : unused + ["\(body.fullName("pooler")).*"]
  }

  static func architecture(_ configuration: JSONValue, _ fallback: String) -> String {
    configuration["architectures"]?.array?.first?.string ?? fallback
  }

  /// The names of the classes, and what the classifier's outputs mean; nothing without one.
  static func addClasses(
    to model: inout ModelDescription, _ settings: ConfigurationReader
  ) throws {
    guard let classes = model.classCount else { return }
    switch try settings.string("problem_type") {
    case "regression": model.classScores = .regression
    case "multi_label_classification": model.classScores = .eachForItself
    case nil, "single_label_classification":
      model.classScores = classes == 1 ? .eachForItself : .oneOfAll
    case let other?:
      throw ModelError.invalidConfiguration(
        name: settings.name,
        reason: "problem_type is \(JSONValue.string(other).excerpt), not regression, "
          + "single_label_classification or multi_label_classification")
    }
    do throws(ModelError) {
      model.labels = try settings.labels() ?? []
      guard model.labels.isEmpty || model.labels.count == classes else {
        throw .invalidConfiguration(
          name: settings.name,
          reason: "id2label names \(model.labels.count) classes, but the classifier has \(classes)")
      }
    } catch {
      model.labels = []
      model.classesError = error
    }
  }

  /// The pooler of `ViTModel` and `DeiTModel`, tanh(W·token₀ + b), where the file has one. A
  /// classifier reads the token itself, and its class in transformers has no pooler.
  static func addPooler(
    to model: inout ModelDescription, _ body: ParameterReader, settings: ConfigurationReader,
    width: Int
  ) throws {
    guard model.classCount == nil, body.contains("pooler.dense.weight") else { return }
    let size = try settings.int("pooler_output_size", default: width)
    model.layout.imageProjection = [try body.linear("pooler.dense", output: size, input: width)]
    model.imageProjectionActivations = [try settings.activation("pooler_act", default: "tanh")]
  }

  /// From `preprocessor_config.json`, or the newer `processor_config.json`; where there is neither,
  /// the family's for images of the model's own size.
  static func preprocessing(
    _ model: inout ModelDescription, _ input: FamilyInput, _ family: ProcessorFamily,
    _ vision: ImageTowerConfiguration
  ) throws -> Preprocessing {
    let size = "\(vision.imageWidth)×\(vision.imageHeight)"
    for file in ["preprocessor_config.json", "processor_config.json"] {
      guard let json = try input.source.json(file) else { continue }
      let name = "\(input.source.name)/\(file)"
      let preprocessing = try Preprocessing.huggingFace(json, family: family, name: name)
      if let width = preprocessing.width, let height = preprocessing.height,
        width != vision.imageWidth || height != vision.imageHeight
      {
        model.sizeError = .invalidConfiguration(
          name: name,
          reason: "makes images of \(width)×\(height) pixels, but the model takes \(size) "
            + "(image_size); correct one of them, or ask for interpolated positions "
            + "(`LoadOptions.interpolatesPositions`)")
      }
      return preprocessing
    }
    model.warnings.append(
      "\(input.source.name): brings no preprocessor_config.json; images become \(size), the model's "
        + "own size, with the defaults of its family")
    return Preprocessing.huggingFace(
      family: family, imageHeight: vision.imageHeight, imageWidth: vision.imageWidth)
  }
}
