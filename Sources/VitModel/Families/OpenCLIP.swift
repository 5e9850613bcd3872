import VitCheckpoint
import VitImage
import VitJSON
import VitTensor
import VitText

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
    queryKeyValue: .packed(weight: "attn.in_proj_weight", bias: "attn.in_proj_bias"),
    outputProjection: "attn.out_proj",
    norm2: "ln_2",
    feedForward1: "mlp.c_fc",
    feedForward2: "mlp.c_proj",
    layerScale1: "ls_1.gamma",
    layerScale2: "ls_2.gamma")

  static let visionKeys = VisionKeys(
    patchWeight: "conv1.weight",
    patchBias: "conv1.bias",
    classToken: "class_embedding",
    positions: "positional_embedding",
    normBeforeBlocks: "ln_pre",
    finalNorm: "ln_post",
    pooledNorm: "ln_post",
    blocks: "transformer.resblocks.",
    block: block)

  static let textKeys = TextKeys(
    tokenEmbedding: "token_embedding.weight",
    positions: "positional_embedding",
    finalNorm: "ln_final",
    blocks: "transformer.resblocks.",
    block: block)

  package static func load(
    _ source: ModelSource, reader: TensorReader, configuration: JSONValue, options: FamilyOptions
  ) throws -> LoadedModel {
    let file = "\(source.name)/open_clip_config.json"
    guard let json = try source.json("open_clip_config.json"), let model = json["model_cfg"],
      let visionConfiguration = model["vision_cfg"], let textConfiguration = model["text_cfg"]
    else {
      throw ModelError.invalidConfiguration(
        name: file, reason: "model_cfg with vision_cfg and text_cfg is missing")
    }
    if model["multimodal_cfg"]?.object != nil {
      throw ModelError.unsupported(name: source.name, kind: "CoCa (multimodal_cfg)")
    }
    let top = ConfigurationReader(json: model, name: file)
    let quickGELU = try top.bool("quick_gelu", default: false)
    var loaded = LoadedModel(
      family: name,
      architecture: try top.bool("custom_text", default: false) ? "CustomTextCLIP" : "CLIP",
      labels: [], weights: reader.checkpoint, parameterCount: 0)
    var skipped = ["*.position_ids"]

    if options.towers.includeImage {
      try loadVision(
        into: &loaded, reader, ConfigurationReader(json: visionConfiguration, name: file),
        quickGELU: quickGELU, precision: options.precision)
      let image = loaded.vision?.configuration
      loaded.preprocessing = try Preprocessing.openCLIP(
        json["preprocess_cfg"], imageHeight: image?.imageHeight ?? 224,
        imageWidth: image?.imageWidth ?? 224, name: file)
    } else {
      skipped.append("visual.*")
    }
    if options.towers.includeText {
      loaded.text = try loadText(
        reader, ConfigurationReader(json: textConfiguration, name: file), source: source,
        quickGELU: quickGELU, precision: options.precision)
    } else {
      skipped += [
        "text.*", "positional_embedding", "token_embedding.*", "text_projection",
        "text_projection.*",
        "ln_final.*", "transformer.*",
      ]
    }
    loaded.logitScale = try reader.logitScale()
    loaded.logitBias = try reader.scalar("logit_bias")
    try reader.finish(ignoring: skipped)
    loaded.parameterCount = reader.elementsRead
    return loaded
  }

  // MARK: - Image tower

  /// Options of open_clip's custom blocks, whose arithmetic differs.
  private static let customBlockOptions = [
    "qk_norm", "scale_heads", "scale_attn_inner", "scale_attn", "scale_fc", "scaled_cosine_attn",
  ]

  private static func checkBlocks(_ settings: ConfigurationReader) throws {
    if let type = try settings.string("block_type"), type != "default" {
      throw ModelError.unsupported(name: settings.name, kind: "the block type \(type)")
    }
    for option in customBlockOptions where try settings.bool(option, default: false) {
      throw ModelError.unsupported(name: settings.name, kind: "a block with \(option)")
    }
  }

  /// `quick_gelu` is for both towers; else GELU, by `act_kwargs` in its tanh form.
  private static func activation(
    _ settings: ConfigurationReader, quickGELU: Bool
  ) -> Activation {
    if quickGELU { return .quickGELU }
    return settings.json["act_kwargs"]?["approximate"]?.string == "tanh" ? .geluTanh : .geluErf
  }

  private static func epsilon(_ settings: ConfigurationReader) -> Float {
    settings.json["norm_kwargs"]?["eps"]?.double.map { Float($0) } ?? 1e-5
  }

  private static func hiddenSize(
    _ settings: ConfigurationReader, width: Int
  ) throws -> Int {
    let ratio = settings.json["mlp_ratio"]?.double ?? 4
    guard let size = Int(exactly: (Double(width) * ratio).rounded(.towardZero)) else {
      throw ModelError.invalidConfiguration(
        name: settings.name, reason: "mlp_ratio \(ratio) for the width \(width)")
    }
    return size
  }

  private static func loadVision(
    into loaded: inout LoadedModel, _ reader: TensorReader, _ settings: ConfigurationReader,
    quickGELU: Bool, precision: Precision
  ) throws {
    if let trunk = try settings.string("timm_model_name") {
      return try loadTrunk(
        into: &loaded, reader.scope("visual"), architecture: trunk, settings,
        precision: precision)
    }
    if settings.json["layers"]?.array != nil {
      throw ModelError.unsupported(name: settings.name, kind: "a ResNet image tower")
    }
    if let attentional = settings.json["attentional_pool"], attentional.bool != false,
      !attentional.isNull
    {
      throw ModelError.unsupported(name: settings.name, kind: "attentional pooling")
    }
    try checkBlocks(settings)
    let body = reader.scope("visual")
    let image = try settings.size("image_size", default: 224)
    let patch = try settings.squarePatch("patch_size", default: 16)
    let width = try settings.int("width", default: 768)
    let headWidth = try settings.int("head_width", default: 64)
    let afterPooling = try settings.bool("final_ln_after_pool", default: false)
    let pooling: Pooling
    switch try settings.string("pool_type") ?? "tok" {
    case "tok": pooling = .classToken
    case "avg": pooling = .averageOfPatches
    case let other:
      throw ModelError.unsupported(name: settings.name, kind: "the image pooling \(other)")
    }
    var vision = VisionConfiguration(
      imageHeight: image.height, imageWidth: image.width, patchSize: patch, width: width,
      depth: try settings.int("layers", default: 12),
      heads: headWidth > 0 ? width / headWidth : 0,
      mlpSize: try hiddenSize(settings, width: width),
      activation: activation(settings, quickGELU: quickGELU), epsilon: epsilon(settings),
      hasPatchBias: false,
      hasNormBeforeBlocks: try !settings.bool("no_ln_pre", default: false),
      hasLayerScale: settings.json["ls_init_value"].map { !$0.isNull } ?? false,
      hasFinalNorm: !afterPooling, pooling: pooling, hasPooledNorm: afterPooling,
      interpolation: .bicubicAntialiased)
    vision = try vision.validated(name: settings.name)
    vision.positionGrid = try positionGrid(body, vision)
    loaded.vision = try body.visionTransformer(vision, keys: visionKeys, precision: precision)
    loaded.projection = ProjectionHead(layers: [
      (try body.transposedLinear("proj", input: width, precision: .float32), .identity)
    ])
  }

  /// Nil where the table has the rows of the image size; otherwise the square that it was made for,
  /// which OpenCLIP resizes as it loads.
  private static func positionGrid(
    _ body: TensorReader, _ vision: VisionConfiguration
  ) throws -> PositionGrid? {
    guard let rows = body.shape(of: visionKeys.positions)?.first, rows != vision.patches + 1
    else { return nil }
    let side = Int(Double(max(0, rows - 1)).squareRoot())
    guard side > 0, side * side == rows - 1 else {
      throw ModelError.invalidConfiguration(
        name: body.checkpoint.path,
        reason: "visual.positional_embedding has \(rows) rows, which is no class token and a square"
      )
    }
    return PositionGrid(height: side, width: side)
  }

  private static func loadTrunk(
    into loaded: inout LoadedModel, _ body: TensorReader, architecture fullName: String,
    _ settings: ConfigurationReader, precision: Precision
  ) throws {
    guard let architecture = TimmArchitecture(fullName) else {
      throw ModelError.unsupported(name: settings.name, kind: "the image tower \(fullName)")
    }
    let pooling =
      try settings.string("timm_pool") ?? (settings.json["timm_pool"] == nil ? "avg" : "")
    let image = try settings.size("image_size", default: 224)
    var members: [(key: String, value: JSONValue)] = [
      (
        "model_args",
        [
          "img_size": .array([
            .number(.integer(Int64(image.height))), .number(.integer(Int64(image.width))),
          ])
        ]
      )
    ]
    if !pooling.isEmpty { members.append(("global_pool", .string(pooling))) }
    let trunk = body.scope("trunk")
    let keys = TimmVisionTransformer.keys
    let vision = try TimmVisionTransformer.configuration(
      ConfigurationReader(json: .object(JSONObject(members)), name: settings.name),
      architecture: architecture, reader: trunk, keys: keys)
    loaded.vision = try trunk.visionTransformer(vision, keys: keys, precision: precision)

    let hasBias = try settings.bool("timm_proj_bias", default: false)
    func layer(_ scope: TensorReader, _ name: String, input: Int, bias: Bool) throws -> Linear {
      guard let output = scope.shape(of: "\(name).weight")?.first else {
        throw CheckpointError.missingTensors(
          file: scope.checkpoint.path, names: [scope.fullName("\(name).weight")])
      }
      return try scope.linear(name, output: output, input: input, bias: bias, precision: .float32)
    }
    // Absent means linear; null and "" mean the trunk's own classifier.
    let kind = settings.json["timm_proj"].map { $0.string ?? "" } ?? "linear"
    switch kind {
    case "linear":
      loaded.projection = ProjectionHead(layers: [
        (try layer(body, "head.proj", input: vision.width, bias: hasBias), .identity)
      ])
    case "mlp":
      let first = try layer(body, "head.mlp.fc1", input: vision.width, bias: true)
      loaded.projection = ProjectionHead(layers: [
        (first, .geluErf),
        (try layer(body, "head.mlp.fc2", input: first.outputSize, bias: hasBias), .identity),
      ])
    case "none": loaded.projection = nil
    case "":
      loaded.projection = ProjectionHead(layers: [
        (
          try layer(trunk, "head", input: vision.width, bias: trunk.contains("head.bias")),
          .identity
        )
      ])
    default:
      throw ModelError.unsupported(name: settings.name, kind: "the projection timm_proj \(kind)")
    }
  }

  // MARK: - Text tower

  private static func loadText(
    _ reader: TensorReader, _ settings: ConfigurationReader, source: ModelSource,
    quickGELU: Bool, precision: Precision
  ) throws -> TextEncoder {
    if let other = try settings.string("hf_model_name") {
      throw ModelError.unsupported(name: settings.name, kind: "the text tower \(other)")
    }
    if try settings.bool("embed_cls", default: false) {
      throw ModelError.unsupported(name: settings.name, kind: "a text tower with embed_cls")
    }
    try checkBlocks(settings)
    let pooling: TextPooling
    switch try settings.string("pool_type") ?? "argmax" {
    case "argmax": pooling = .largestID
    case "eos": pooling = .firstOf(Int32(clamping: try settings.int("eos_id", default: 2)))
    case "first": pooling = .first
    case "last": pooling = .last
    case let other:
      throw ModelError.unsupported(name: settings.name, kind: "the text pooling \(other)")
    }
    let width = try settings.int("width", default: 512)
    let text = try TextConfiguration(
      contextLength: settings.int("context_length", default: 77),
      vocabularySize: settings.int("vocab_size", default: 49408), width: width,
      depth: settings.int("layers", default: 12), heads: settings.int("heads", default: 8),
      mlpSize: hiddenSize(settings, width: width),
      activation: activation(settings, quickGELU: quickGELU), epsilon: epsilon(settings),
      isCausal: !settings.bool("no_causal_mask", default: false), pooling: pooling,
      paddingID: Int32(clamping: settings.int("pad_id", default: 0)),
      hasLayerScale: settings.json["ls_init_value"].map { !$0.isNull } ?? false
    ).validated(name: settings.name)
    // Also with custom_text an older file may have the tower's names at the top.
    let nested = reader.scope("text")
    let body = nested.contains(textKeys.tokenEmbedding) ? nested : reader
    let tower = try body.textTransformer(text, keys: textKeys, precision: precision)
    var projection: ProjectionHead?
    if let output = body.shape(of: "text_projection.weight")?.first {
      projection = ProjectionHead(layers: [
        (
          try body.linear(
            "text_projection", output: output, input: width, precision: .float32), .identity
        )
      ])
    } else if try settings.string("proj_type") ?? "linear" != "none" {
      projection = ProjectionHead(layers: [
        (
          try body.transposedLinear("text_projection", input: width, precision: .float32),
          .identity
        )
      ])
    }
    let clean = settings.json["tokenizer_kwargs"]?["clean"]?.string
    return TextEncoder(
      tower: tower, projection: projection,
      tokenizer: try source.tokenizer(
        layout: .openCLIP, contextLength: text.contextLength,
        clean: clean.flatMap(Tokenizer.Clean.init) ?? .lower))
  }
}
