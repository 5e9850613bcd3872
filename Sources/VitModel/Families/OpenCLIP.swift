import VitImage
import VitJSON
import VitTensor

/// CLIP as OpenCLIP stores it (open_clip `model.py`, `transformer.py`, `timm_model.py`), with its own
/// image tower or one of timm's.
package enum OpenCLIP: ModelFamily {
  package static let name = "CLIP (OpenCLIP)"

  package static func recognizes(_ source: ModelSource, configuration: JSONValue?) throws -> Bool {
    try source.json("open_clip_config.json")?["model_cfg"] != nil
  }

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

  package static func describe(
    _ input: FamilyInput, reader: ParameterReader
  ) throws -> ModelDescription {
    let file = "\(input.source.name)/open_clip_config.json"
    guard let json = try input.source.json("open_clip_config.json"),
      let settings = json["model_cfg"],
      let imageSettings = settings["vision_cfg"], let textSettings = settings["text_cfg"]
    else {
      throw ModelError.invalidConfiguration(
        name: file, reason: "model_cfg with vision_cfg and text_cfg is missing")
    }
    if settings["multimodal_cfg"]?.object != nil {
      throw ModelError.unsupported(name: input.source.name, kind: "CoCa (multimodal_cfg)")
    }
    let top = ConfigurationReader(json: settings, name: file)
    let quickGELU = try top.bool("quick_gelu", default: false)
    var model = ModelDescription(
      family: name,
      architecture: try top.bool("custom_text", default: false) ? "CustomTextCLIP" : "CLIP",
      from: input)
    var skipped: [NamePattern] = ["*.position_ids"]

    if input.towers.includeImage {
      try addImageTower(
        to: &model, reader.scope("visual"), ConfigurationReader(json: imageSettings, name: file),
        quickGELU: quickGELU)
      model.preprocessing = try Preprocessing.openCLIP(
        json["preprocess_cfg"], imageHeight: model.image?.imageHeight ?? 224,
        imageWidth: model.image?.imageWidth ?? 224, name: file)
    } else {
      skipped.append("visual.*")
    }
    if input.towers.includeText {
      try addTextTower(
        to: &model, reader, ConfigurationReader(json: textSettings, name: file),
        quickGELU: quickGELU)
    } else {
      skipped += [
        "text.*", "positional_embedding", "token_embedding.*", "text_projection",
        "text_projection.*", "ln_final.*", "transformer.*",
      ]
    }
    model.layout.logitScale = try reader.scalar("logit_scale")
    model.layout.logitBias = try reader.scalar("logit_bias")
    try reader.finish(ignoring: skipped)
    return model
  }

  // MARK: - What both towers' settings have in common

  /// Options of open_clip's custom blocks, whose arithmetic differs.
  private static let customBlockOptions = [
    "qk_norm", "scale_heads", "scale_attn_inner", "scale_attn", "scale_fc", "scaled_cosine_attn",
  ]

  static func checkBlocks(_ settings: ConfigurationReader) throws {
    if let type = try settings.string("block_type"), type != "default" {
      throw ModelError.unsupported(name: settings.name, kind: "the block type \(type)")
    }
    for option in customBlockOptions where try settings.bool(option, default: false) {
      throw ModelError.unsupported(name: settings.name, kind: "a block with \(option)")
    }
  }

  /// `quick_gelu` is for both towers; else GELU, by `act_kwargs` in its tanh form.
  static func activation(
    _ settings: ConfigurationReader, quickGELU: Bool
  ) -> Activation {
    if quickGELU { return .quickGELU }
    return settings.json["act_kwargs"]?["approximate"]?.string == "tanh" ? .geluTanh : .geluErf
  }

  static func epsilon(_ settings: ConfigurationReader) -> Float {
    settings.json["norm_kwargs"]?["eps"]?.double.map { Float($0) } ?? 1e-5
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
