import VitImage
import VitJSON

/// CLIP as transformers stores it (`models/clip/modeling_clip.py`): both towers or one, with
/// projections or without, and `CLIPForImageClassification`.
enum HuggingFaceCLIP: ModelFamily {
  static let name = "CLIP (Hugging Face)"

  private static let types: Set = ["clip", "clip_text_model", "clip_vision_model"]

  static func recognizes(_ source: ModelSource, configuration: JSONValue?) -> Bool {
    configuration?["model_type"]?.string.map(types.contains) ?? false
  }

  static func takesTexts(_ configuration: JSONValue) -> Bool {
    configuration["model_type"]?.string != "clip_vision_model"
  }

  static let anchors = [
    "vision_model.\(imageKeys.patchWeight)", "text_model.\(textKeys.tokenEmbedding)",
    imageKeys.patchWeight, textKeys.tokenEmbedding,
  ]

  private static let block = BlockKeys(
    norm1: "layer_norm1",
    queryKeyValue: .separate(
      query: "self_attn.q_proj", key: "self_attn.k_proj", value: "self_attn.v_proj"),
    outputProjection: "self_attn.out_proj",
    norm2: "layer_norm2",
    feedForward1: "mlp.fc1",
    feedForward2: "mlp.fc2")

  static let imageKeys = ImageTowerKeys(
    patchWeight: "embeddings.patch_embedding.weight",
    patchBias: "embeddings.patch_embedding.bias",
    classToken: "embeddings.class_embedding",
    positions: "embeddings.position_embedding.weight",
    // The spelling of the first release, kept for the files' sake.
    normBeforeBlocks: "pre_layrnorm",
    pooledNorm: "post_layernorm",
    blocks: "encoder.layers.",
    block: block)

  static let textKeys = TextTowerKeys(
    tokenEmbedding: "embeddings.token_embedding.weight",
    positions: "embeddings.position_embedding.weight",
    finalNorm: "final_layer_norm",
    blocks: "encoder.layers.",
    block: block)

  static func check(_ configuration: JSONValue, of source: ModelSource) throws {
    let settings = ConfigurationReader(configuration, of: source)
    try settings.check(table(of: configuration))
    for (key, table) in [
      ("vision_config", HuggingFaceSettings.clipVision),
      ("text_config", HuggingFaceSettings.clipText),
    ] {
      let tower = try towerSettings(settings, key, table)
      _ = try tower.activation("hidden_act", default: "quick_gelu")
      try HuggingFaceVision.checkChannels(tower)
    }
  }

  static func describe(_ input: FamilyInput, reader: ParameterReader) throws -> ModelDescription {
    let settings = ConfigurationReader(input)
    try settings.check(table(of: settings.json))
    var model = ModelDescription(
      family: name,
      architecture: HuggingFaceVision.architecture(input.configuration, "CLIPModel"), from: input)
    var skipped: [NamePattern] = ["*.position_ids"]

    // transformers 4 gives the towers of one-tower files a prefix, transformers 5 does not.
    let vision = tower("vision_model", told: "embeddings.class_embedding", reader)
    let text = tower("text_model", told: "embeddings.token_embedding.weight", reader)
    guard vision != nil || text != nil else {
      throw ModelError.invalidConfiguration(
        name: reader.path, reason: "it holds neither an image nor a text tower of CLIP")
    }
    let projectionSize = try settings.int("projection_dim", default: 512)
    if let vision {
      if input.towers.includeImage {
        try addImageTower(
          to: &model, input, vision, reader: reader, settings: settings,
          projectionSize: projectionSize)
        if model.layout.imageProjection.isEmpty { skipped.append("vision_model.post_layernorm.*") }
      } else {
        skipped += Self.names(of: vision, "vision_model")
        skipped += ["visual_projection.weight", "classifier.*"]
      }
    }
    if let text {
      if input.towers.includeText {
        try addTextTower(
          to: &model, text, reader: reader, settings: settings, projectionSize: projectionSize)
      } else {
        skipped += Self.names(of: text, "text_model") + ["text_projection.weight"]
      }
    }
    model.layout.logitScale = try reader.scalar("logit_scale")
    try reader.finish(ignoring: skipped)
    return model
  }

  /// The scope of a tower, or nil where the file has none.
  private static func tower(
    _ prefix: String, told tensor: String, _ reader: ParameterReader
  ) -> ParameterReader? {
    let scoped = reader.scope(prefix)
    if scoped.contains(tensor) { return scoped }
    return reader.contains(tensor) ? reader : nil
  }

  /// Patterns of a tower's names, all of them where it is the file's only one.
  private static func names(of tower: ParameterReader, _ prefix: String) -> [NamePattern] {
    tower.fullName("").isEmpty ? ["*"] : ["\(prefix).*"]
  }

  /// The settings that a file may have: one of a single tower is flat.
  private static func table(of configuration: JSONValue) -> SettingsTable {
    switch configuration["model_type"]?.string {
    case "clip_text_model": HuggingFaceSettings.clipText
    case "clip_vision_model": HuggingFaceSettings.clipVision
    default: HuggingFaceSettings.clip
    }
  }

  /// `text_config` or `vision_config`. An old file's `…_dict` has the word where there is one: what
  /// it leaves open takes the class's default there, not what stands beside it (`CLIPConfig`).
  private static func towerSettings(
    _ settings: ConfigurationReader, _ key: String, _ table: SettingsTable
  ) throws -> ConfigurationReader {
    guard settings.json["model_type"]?.string == "clip" else { return settings }
    for key in ["\(key)_dict", key] {
      guard let nested = settings.json[key], !nested.isNull else { continue }
      let tower = ConfigurationReader(json: nested, name: "\(settings.name) \(key)")
      try tower.check(table)
      return tower
    }
    return ConfigurationReader(json: [:], name: "\(settings.name) \(key)")
  }

  private static func addImageTower(
    to model: inout ModelDescription, _ input: FamilyInput, _ body: ParameterReader,
    reader: ParameterReader, settings: ConfigurationReader, projectionSize: Int
  ) throws {
    let tower = try towerSettings(settings, "vision_config", HuggingFaceSettings.clipVision)
    try HuggingFaceVision.checkChannels(tower)
    let image = try tower.size("image_size", default: 224)
    let classifies = reader.contains("classifier.weight")
    let vision = try ImageTowerConfiguration(
      imageHeight: image.height, imageWidth: image.width,
      patchSize: tower.squarePatch("patch_size", default: 32),
      width: tower.int("hidden_size", default: 768),
      depth: tower.int("num_hidden_layers", default: 12),
      heads: tower.int("num_attention_heads", default: 12),
      mlpSize: tower.int("intermediate_size", default: 3072),
      activation: tower.activation("hidden_act", default: "quick_gelu"),
      epsilon: tower.float("layer_norm_eps", default: 1e-5),
      hasPatchBias: false, hasNormBeforeBlocks: true, hasFinalNorm: false,
      // The classifier reads the mean of tokens that no norm has seen.
      pooling: classifies ? .averageOfPatches : .classToken, hasPooledNorm: !classifies
    ).validated(name: tower.name)
    model.image = vision
    model.layout.image = try body.imageTower(imageKeys, vision)
    if reader.contains("visual_projection.weight") {
      model.layout.imageProjection = [
        try reader.linear(
          "visual_projection", output: projectionSize, input: vision.width, bias: false)
      ]
    }
    if classifies {
      model.layout.classifier = try reader.linear("classifier", input: vision.width)
    }
    try HuggingFaceVision.addClasses(to: &model, settings)
    model.preprocessing = try HuggingFaceVision.preprocessing(&model, input, .clip, vision)
  }

  private static func addTextTower(
    to model: inout ModelDescription, _ body: ParameterReader, reader: ParameterReader,
    settings: ConfigurationReader, projectionSize: Int
  ) throws {
    let tower = try towerSettings(settings, "text_config", HuggingFaceSettings.clipText)
    let end = try tower.int("eos_token_id", default: 49407)
    let padding = try tower.int("pad_token_id", default: 1)
    guard let endID = Int32(exactly: end), let paddingID = Int32(exactly: padding) else {
      throw ModelError.invalidConfiguration(
        name: tower.name, reason: "eos_token_id \(end) or pad_token_id \(padding) is no token")
    }
    let text = try TextTowerConfiguration(
      contextLength: tower.int("max_position_embeddings", default: 77),
      vocabularySize: tower.int("vocab_size", default: 49408),
      width: tower.int("hidden_size", default: 512),
      depth: tower.int("num_hidden_layers", default: 12),
      heads: tower.int("num_attention_heads", default: 8),
      mlpSize: tower.int("intermediate_size", default: 2048),
      activation: tower.activation("hidden_act", default: "quick_gelu"),
      epsilon: tower.float("layer_norm_eps", default: 1e-5),
      // Files from before the end's id was corrected say 2, and mean the largest id.
      pooling: end == 2 ? .largestID : .firstOf(endID), paddingID: paddingID
    ).validated(name: tower.name)
    model.text = text
    model.layout.text = try body.textTower(textKeys, text)
    if reader.contains("text_projection.weight") {
      model.layout.textProjection = try reader.linear(
        "text_projection", output: projectionSize, input: text.width, bias: false)
    }
    model.tokenizer = try model.source.tokenizer(
      layout: .huggingFace, contextLength: text.contextLength)
  }
}
