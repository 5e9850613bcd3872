import VitCheckpoint
import VitImage
import VitJSON
import VitTensor

/// CLIP as OpenCLIP stores it (open_clip `model.py`, `transformer.py`, `timm_model.py`), with its own
/// image tower or one of timm's.
package enum OpenCLIP: ModelFamily {
  package static let name = "CLIP (OpenCLIP)"

  package static func recognizes(_ source: ModelSource, configuration: JSONValue?) throws -> Bool {
    try source.json(configurationFile) != nil
  }

  static let configurationFile = "open_clip_config.json"

  package static func takesTexts(_ configuration: JSONValue) -> Bool { true }

  /// Whether weights have OpenCLIP's names.
  static func holds(_ weights: Checkpoint) throws -> Bool {
    let anchors = anchors.filter { $0.hasPrefix("visual.") }
    let paths = weights.names.map { TensorPath($0) }
    return try !ModelWeights.places(of: anchors, in: paths, file: weights.path).isEmpty
  }

  package static let anchors = [
    "visual.\(imageKeys.patchWeight)", "visual.trunk.\(TimmVisionTransformer.keys.patchWeight)",
    "text.\(textKeys.tokenEmbedding)", textKeys.tokenEmbedding,
  ]

  /// Names of weights files in OpenCLIP's order.
  package static let weightsCandidates = [
    "open_clip_model.safetensors", "open_clip_pytorch_model.safetensors",
    "open_clip_pytorch_model.bin", "open_clip_pytorch_model.pth", "model.safetensors",
    "pytorch_model.bin", "pytorch_model.pth", "model.pth",
  ]

  static let block = BlockKeys(
    norm1: "ln_1",
    queryKeyValue: .joined(weight: "attn.in_proj_weight", bias: "attn.in_proj_bias"),
    outputProjection: "attn.out_proj",
    norm2: "ln_2",
    feedForward1: "mlp.c_fc",
    feedForward2: "mlp.c_proj",
    layerScale1: "ls_1.gamma",
    layerScale2: "ls_2.gamma")

  static let imageKeys = ImageTowerKeys(
    patchWeight: "conv1.weight",
    patchBias: "conv1.bias",
    classToken: "class_embedding",
    positions: "positional_embedding",
    normBeforeBlocks: "ln_pre",
    finalNorm: "ln_post",
    pooledNorm: "ln_post",
    blocks: "transformer.resblocks.",
    block: block)

  static let textKeys = TextTowerKeys(
    tokenEmbedding: "token_embedding.weight",
    positions: "positional_embedding",
    finalNorm: "ln_final",
    blocks: "transformer.resblocks.",
    block: block)

  /// Of the text tower nothing: images work without it.
  package static func check(_: JSONValue, of source: ModelSource) throws {
    try checkImageTower(told(source).image)
  }

  /// The parts of the configuration.
  private static func told(
    _ source: ModelSource
  ) throws -> (
    json: JSONValue, top: ConfigurationReader, image: ConfigurationReader, text: ConfigurationReader
  ) {
    let file = "\(source.name)/\(configurationFile)"
    let json = try source.json(configurationFile) ?? .null
    guard let settings = json["model_cfg"], let image = settings["vision_cfg"],
      let text = settings["text_cfg"]
    else { throw incomplete(json, file) }
    try ConfigurationReader(json: json, name: file).check(OpenCLIPSettings.file)
    if settings["multimodal_cfg"]?.object != nil {
      throw ModelError.unsupported(name: source.name, kind: "CoCa (multimodal_cfg)")
    }
    let top = ConfigurationReader(json: settings, name: "\(file) model_cfg")
    try top.check(OpenCLIPSettings.model)
    return (
      json, top, ConfigurationReader(json: image, name: "\(file) vision_cfg"),
      ConfigurationReader(json: text, name: "\(file) text_cfg")
    )
  }

  package static func describe(
    _ input: FamilyInput, reader: ParameterReader
  ) throws -> ModelDescription {
    let file = "\(input.source.name)/\(configurationFile)"
    let (json, top, image, text) = try told(input.source)
    let quickGELU = try top.bool("quick_gelu", default: false)
    var model = ModelDescription(
      family: name,
      architecture: try top.bool("custom_text", default: false) ? "CustomTextCLIP" : "CLIP",
      from: input)
    var skipped: [NamePattern] = ["*.position_ids"]

    if input.towers.includeImage {
      try addImageTower(
        to: &model, reader.scope("visual"), image, quickGELU: quickGELU)
      try addPreprocessing(to: &model, json["preprocess_cfg"], file)
    } else {
      skipped.append("visual.*")
    }
    if input.towers.includeText {
      do throws(TokenizerRefusal) {
        model.tokenizer = try tokenizer(text, model.source)
      } catch {
        model.textRefusal = error.error
      }
    }
    if model.tokenizer != nil {
      try addTextTower(to: &model, reader, text, quickGELU: quickGELU)
    } else {
      skipped += [
        "text.*", "positional_embedding", "token_embedding.*", "text_projection",
        "text_projection.*", "ln_final.*", "transformer.*",
      ]
    }
    model.layout.logitScale = try reader.scalar("logit_scale")
    model.layout.logitBias = try reader.scalar("logit_bias")
    // A pair that is told to have one, in weights from before it was trained so, has 0.
    if let bias = top.json["init_logit_bias"], !bias.isNull { model.hasLogitBias = true }
    try reader.finish(ignoring: skipped)
    try checkEmbeddingSize(model, top)
    return model
  }

  /// The file has another form than a folder's: that of open_clip's own list of models, or none.
  private static func incomplete(_ json: JSONValue, _ file: String) -> ModelError {
    let isInner = json["vision_cfg"] != nil && json["text_cfg"] != nil
    return .invalidConfiguration(
      name: file,
      reason: isInner
        ? "has no model_cfg: its content is what belongs into one; write "
          + "{\"model_cfg\": …, \"preprocess_cfg\": …} around it"
        : "model_cfg with vision_cfg and text_cfg is missing")
  }

  private static func addPreprocessing(
    to model: inout ModelDescription, _ settings: JSONValue?, _ file: String
  ) throws {
    guard let image = model.image else { return }
    let size = "\(image.imageWidth)×\(image.imageHeight)"
    model.preprocessing = try Preprocessing.openCLIP(
      settings, imageHeight: image.imageHeight, imageWidth: image.imageWidth, name: file)
    guard let settings, !settings.isNull else {
      model.warnings.append(
        "\(file): brings no preprocess_cfg; images become \(size), the model's own size, with "
          + "open_clip's defaults")
      return
    }
    let sides = settings["size"].map { $0.array?.map(\.int) ?? [$0.int, $0.int] } ?? []
    if !sides.isEmpty, sides != [image.imageHeight, image.imageWidth] {
      model.warnings.append(
        "\(file): size \(settings["size"]?.excerpt ?? "") of preprocess_cfg is not followed, as in "
          + "open_clip; images become \(size), the model's own size")
    }
  }

  /// What either tower ends with, against what the configuration says.
  private static func checkEmbeddingSize(
    _ model: ModelDescription, _ settings: ConfigurationReader
  ) throws {
    for found in [model.imageEmbeddingSize, model.textEmbeddingSize].compactMap({ $0 }) {
      let told = try settings.int("embed_dim", default: found)
      guard told == found else {
        throw ModelError.invalidConfiguration(
          name: settings.name, reason: "embed_dim is \(told), but the weights have \(found)")
      }
    }
  }

  // MARK: - What both towers' settings have in common

  /// `quick_gelu` is for both towers; else GELU, by `act_kwargs` in its tanh form.
  static func activation(
    _ settings: ConfigurationReader, quickGELU: Bool
  ) throws -> Activation {
    let arguments = try nested(settings, "act_kwargs", obeyed: ["approximate"])
    let approximation = try arguments.string("approximate") ?? "none"
    switch approximation {
    case "none": return quickGELU ? .quickGELU : .geluErf
    case "tanh" where !quickGELU: return .geluTanh
    default:
      throw ModelError.unsupported(
        name: settings.name, kind: "approximate \(JSONValue.string(approximation).excerpt)")
    }
  }

  static func epsilon(_ settings: ConfigurationReader) throws -> Float {
    try nested(settings, "norm_kwargs", obeyed: ["eps"]).float("eps", default: 1e-5)
  }

  /// An object of arguments, with nothing but what is obeyed.
  static func nested(
    _ settings: ConfigurationReader, _ key: String, obeyed: Set<String>
  ) throws -> ConfigurationReader {
    let reader = ConfigurationReader(
      json: settings.json[key] ?? .null, name: "\(settings.name) \(key)")
    try reader.check(SettingsTable(obeyed: obeyed))
    return reader
  }

  static func hiddenSize(
    _ settings: ConfigurationReader, width: Int
  ) throws -> Int {
    let ratio = settings.json["mlp_ratio"]?.double ?? 4
    guard let size = Int(exactly: (Double(width) * ratio).rounded(.towardZero)) else {
      throw ModelError.invalidConfiguration(
        name: settings.name, reason: "mlp_ratio \(ratio) for the width \(width)")
    }
    return size
  }
}
