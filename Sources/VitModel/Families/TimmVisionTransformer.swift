import VitImage
import VitJSON
import VitSystem

/// ViT and DeiT as timm stores them (`models/vision_transformer.py`): the shapes of the tensors give
/// most of the configuration, the architecture's name and `model_args` the rest.
enum TimmVisionTransformer: ModelFamily {
  static let name = "ViT (timm)"

  static func recognizes(_ source: ModelSource, configuration: JSONValue?) -> Bool {
    configuration?["model_type"]?.string != timmWrapper
      && configuration?["architecture"]?.string.flatMap(TimmArchitecture.init) != nil
  }

  static let anchors = [keys.patchWeight]

  /// transformers' class around a model of timm's, which keeps its tensors under other names.
  static let timmWrapper = "timm_wrapper"

  static let keys = ImageTowerKeys(
    patchWeight: "patch_embed.proj.weight",
    patchBias: "patch_embed.proj.bias",
    classToken: "cls_token",
    distillationToken: "dist_token",
    registerTokens: "reg_token",
    positions: "pos_embed",
    normBeforeBlocks: "norm_pre",
    finalNorm: "norm",
    pooledNorm: "fc_norm",
    blocks: "blocks.",
    block: BlockKeys(
      norm1: "norm1",
      queryKeyValue: .joined(weight: "attn.qkv.weight", bias: "attn.qkv.bias"),
      outputProjection: "attn.proj",
      norm2: "norm2",
      feedForward1: "mlp.fc1",
      feedForward2: "mlp.fc2",
      layerScale1: "ls1.gamma",
      layerScale2: "ls2.gamma"))

  static func check(_ configuration: JSONValue, of source: ModelSource) throws {
    let tower = try told(ConfigurationReader(configuration, of: source), of: source).tower
    try tower.arguments.check(TimmSettings.modelArguments)
    _ = try (tower.patchSize, tower.imageSize(), tower.activation, tower.epsilon)
  }

  /// What the configuration says.
  private static func told(
    _ settings: ConfigurationReader, of source: ModelSource
  ) throws -> (tower: TimmTower, fullName: String, pretrained: ConfigurationReader) {
    guard let fullName = try settings.string("architecture"),
      let architecture = TimmArchitecture(fullName)
    else { throw ModelError.unsupported(name: source.name, kind: "the architecture") }
    let pretrained = try pretrainedSettings(settings)
    let arguments = ConfigurationReader(
      json: settings.json["model_args"] ?? [:], name: "\(settings.name) model_args")
    let tower = try TimmTower(
      arguments: arguments, architecture: architecture, inputSize: inputSize(pretrained),
      hasFixedInputSize: pretrained.bool("fixed_input_size", default: false))
    return (tower, fullName, pretrained)
  }

  static func describe(_ input: FamilyInput, reader: ParameterReader) throws -> ModelDescription {
    let settings = ConfigurationReader(input)
    let (tower, fullName, pretrained) = try told(settings, of: input.source)
    var keys = keys
    if reader.contains("blocks.0.gamma_1") {
      // DeiT-3 files of before timm 0.9 name the layer scale after the paper.
      keys.block.layerScale1 = "gamma_1"
      keys.block.layerScale2 = "gamma_2"
    }
    let vision = try self.configuration(tower, reader: reader, keys: keys)
    try tower.checkNorm(vision)
    var model = ModelDescription(family: name, architecture: fullName, from: input)
    model.image = vision
    model.layout.image = try reader.imageTower(keys, vision)
    if reader.contains("head.weight") {
      model.layout.classifier = try reader.linear(
        "head", input: vision.width, bias: reader.contains("head.bias"))
      if reader.contains("head_dist.weight") {
        model.layout.distillationClassifier = try reader.linear(
          "head_dist", output: model.classCount ?? 0, input: vision.width)
      }
    }
    try reader.finish(ignoring: ["pre_logits.*"])
    try warnOfPooling(&model, settings, vision)

    model.preprocessing = try Preprocessing.timm(
      pretrained.json, imageHeight: vision.imageHeight, imageWidth: vision.imageWidth,
      name: settings.name)
    if pretrained.json["input_size"] == nil, pretrained.json["mean"] == nil {
      model.warnings.append(
        "\(settings.name): says nothing of preprocessing; images become \(vision.imageWidth)×"
          + "\(vision.imageHeight), the model's own size, with timm's defaults")
    }
    try addClasses(to: &model, settings, pretrained)
    return model
  }

  /// `pretrained_cfg`; files of timm before 0.9 keep the settings at the top.
  private static func pretrainedSettings(
    _ settings: ConfigurationReader
  ) throws -> ConfigurationReader {
    guard let pretrained = settings.json["pretrained_cfg"], !pretrained.isNull else {
      try settings.check(TimmSettings.flatConfiguration)
      return settings
    }
    try settings.check(TimmSettings.configuration)
    let reader = ConfigurationReader(json: pretrained, name: "\(settings.name) pretrained_cfg")
    try reader.check(TimmSettings.pretrained)
    return reader
  }

  /// Height and width of `input_size`, `[3, height, width]`.
  private static func inputSize(
    _ pretrained: ConfigurationReader
  ) throws -> (height: Int, width: Int)? {
    guard let value = pretrained.json["input_size"], !value.isNull else { return nil }
    let sides = value.array?.compactMap(\.int) ?? []
    guard sides.count == 3, sides[0] == 3, sides.allSatisfy({ (1...1 << 20).contains($0) }) else {
      throw ModelError.invalidConfiguration(
        name: pretrained.name, reason: "input_size is \(value.excerpt), not [3, height, width]")
    }
    return (sides[1], sides[2])
  }

  /// timm writes `global_pool` at the top and reads it in `model_args` alone.
  private static func warnOfPooling(
    _ model: inout ModelDescription, _ settings: ConfigurationReader,
    _ vision: ImageTowerConfiguration
  ) throws {
    guard let told = try settings.string("global_pool") else { return }
    let followed =
      switch vision.pooling {
      case .classToken, .classAndDistillation: "token"
      case .averageOfPatches, .averageOfAll: "avg"
      }
    guard !told.isExactly(followed) else { return }
    model.warnings.append(
      "\(settings.name): global_pool \(JSONValue.string(told).excerpt) at its top is not followed, "
        + "as timm does not read it there; pooled is \"\(followed)\", by model_args or the "
        + "architecture")
  }

  // MARK: - Classes

  private static func addClasses(
    to model: inout ModelDescription, _ settings: ConfigurationReader,
    _ pretrained: ConfigurationReader
  ) throws {
    guard let classes = model.classCount else { return }
    if classes == 1 { model.classScores = .eachForItself }
    let told = try settings.int(
      "num_classes", default: pretrained.int("num_classes", default: classes))
    if told != classes {
      model.classesError = .invalidConfiguration(
        name: settings.name, reason: "num_classes is \(told), but the head has \(classes) classes")
    }
    do throws(ModelError) {
      model.labels = try labels(settings, pretrained, classes: classes)
    } catch {
      model.classesError = error
    }
    if model.labels.isEmpty, classes == ImageNetClasses.count {
      model.labels = ImageNetClasses.names
      model.notes.append("class names: the checkpoint brings none; ImageNet's 1,000 are used")
    }
  }

  /// `label_descriptions` are for people (keyed by `label_names`), then the names themselves.
  private static func labels(
    _ settings: ConfigurationReader, _ pretrained: ConfigurationReader, classes: Int
  ) throws(ModelError) -> [String] {
    func value(_ key: String) -> JSONValue? {
      [settings.json[key], pretrained.json[key]].compactMap { $0 }.first { !$0.isNull }
    }
    guard let names = value("label_names") else { return [] }
    let texts = names.array?.compactMap(\.labelText) ?? []
    guard texts.count == classes, names.array?.count == classes else {
      throw .invalidConfiguration(
        name: settings.name,
        reason: "label_names does not name each of the \(classes) classes of the head")
    }
    let descriptions = value("label_descriptions")?.object
    return texts.map { descriptions?[$0]?.string ?? $0 }
  }
}
