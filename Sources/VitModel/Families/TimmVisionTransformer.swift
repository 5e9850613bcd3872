import VitImage
import VitJSON

/// ViT and DeiT as timm stores them (`models/vision_transformer.py`): the shapes of the tensors give
/// most of the configuration, the architecture's name and `model_args` the rest.
enum TimmVisionTransformer: ModelFamily {
  static let name = "ViT (timm)"

  static func recognizes(_ source: ModelSource, configuration: JSONValue?) -> Bool {
    configuration?["architecture"]?.string.flatMap(TimmArchitecture.init) != nil
  }

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

  static func describe(_ input: FamilyInput, reader: ParameterReader) throws -> ModelDescription {
    let settings = ConfigurationReader(input)
    guard let fullName = try settings.string("architecture"),
      let architecture = TimmArchitecture(fullName)
    else { throw ModelError.unsupported(name: input.source.name, kind: "the architecture") }
    var keys = keys
    if reader.contains("blocks.0.gamma_1") {
      // DeiT-3 files of before timm 0.9 name the layer scale after the paper.
      keys.block.layerScale1 = "gamma_1"
      keys.block.layerScale2 = "gamma_2"
    }
    let vision = try self.configuration(
      settings, architecture: architecture, reader: reader, keys: keys)
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

    // Files of timm before 0.9 keep the settings at the top.
    let pretrained = input.configuration["pretrained_cfg"] ?? input.configuration
    model.preprocessing = try Preprocessing.timm(
      pretrained, imageHeight: vision.imageHeight, imageWidth: vision.imageWidth,
      name: settings.name)
    model.labels = try labels(input.configuration, classes: model.classCount ?? 0)
    if model.labels.isEmpty, model.classCount == ImageNetClasses.count {
      model.labels = ImageNetClasses.names
      model.notes.append("class names: the checkpoint brings none; ImageNet's 1,000 are used")
    }
    return model
  }

  /// `label_descriptions` are for people (keyed by `label_names`), then the names themselves.
  private static func labels(_ configuration: JSONValue, classes: Int) throws -> [String] {
    let pretrained = configuration["pretrained_cfg"]
    guard
      let names = (configuration["label_names"] ?? pretrained?["label_names"])?.array?
        .compactMap({ $0.string }), names.count == classes
    else { return [] }
    let descriptions =
      (configuration["label_descriptions"] ?? pretrained?["label_descriptions"])?.object
    return names.map { descriptions?[$0]?.string ?? $0 }
  }

  static func configuration(
    _ settings: ConfigurationReader, architecture: TimmArchitecture, reader: ParameterReader,
    keys: ImageTowerKeys
  ) throws -> ImageTowerConfiguration {
    func shape(_ name: String, rank: Int) throws -> [Int] {
      let shape = try reader.requiredShape(of: name)
      guard shape.count == rank else {
        throw ModelError.invalidConfiguration(
          name: reader.path, reason: "\(name) has the shape \(shape), not \(rank) axes")
      }
      return shape
    }
    let arguments = ConfigurationReader(
      json: settings.json["model_args"] ?? .null, name: settings.name)
    if reader.contains("attn_pool.latent") {
      throw ModelError.unsupported(
        name: settings.name, kind: "\(architecture.name) with attention pooling (map)")
    }
    let patch = try shape(keys.patchWeight, rank: 4)
    guard patch[1] == 3, patch[2] == patch[3], patch[2] > 0, patch[0] > 0 else {
      throw ModelError.invalidConfiguration(
        name: reader.path,
        reason: "\(keys.patchWeight) has the shape \(patch), not [width, 3, P, P]")
    }
    let width = patch[0]
    let hasClassToken = reader.contains(keys.classToken)
    let hasDistillation = reader.contains("dist_token")
    let registers = reader.contains("reg_token") ? try shape("reg_token", rank: 3)[1] : 0
    guard registers <= 4096 else {
      throw ModelError.invalidConfiguration(
        name: reader.path, reason: "reg_token has \(registers) tokens; 4,096 are the most")
    }
    let prefix = (hasClassToken ? 1 : 0) + (hasDistillation ? 1 : 0) + registers
    let rows = try shape(keys.positions, rank: 3)[1]
    guard rows < 1 << 24 else {
      throw ModelError.invalidConfiguration(
        name: reader.path, reason: "\(keys.positions) has \(rows) rows")
    }
    let grid = try Grid(
      rows: rows, prefix: prefix, patchSize: patch[2], settings: settings,
      noEmbedClass: arguments.bool("no_embed_class", default: architecture.impliesNoEmbedClass))

    let pooling = try settings.string("global_pool") ?? architecture.pooling
    let hasPooledNorm = reader.contains("fc_norm.weight")
    let includesPrefix = try arguments.bool("pool_include_prefix", default: false)
    let depth = reader.countBlocks(keys.blocks)
    let mlp = try shape("blocks.0.mlp.fc1.weight", rank: 2)[0]
    let normBefore = reader.contains("norm_pre.weight")
    let heads = try arguments.int("num_heads", default: max(1, width / architecture.headSize))
    return try ImageTowerConfiguration(
      imageHeight: grid.imageHeight, imageWidth: grid.imageWidth, patchSize: patch[2],
      width: width, depth: depth, heads: heads, mlpSize: mlp,
      activation: architecture.activation,
      epsilon: normBefore ? 1e-5 : architecture.epsilon,
      hasClassToken: hasClassToken, hasDistillationToken: hasDistillation,
      registerTokens: registers, positionsCoverPrefix: grid.coversPrefix,
      hasPatchBias: reader.contains(keys.patchBias),
      hasQueryKeyValueBias: reader.contains("blocks.0.attn.qkv.bias"),
      hasNormBeforeBlocks: normBefore,
      hasLayerScale: reader.contains("blocks.0.\(keys.block.layerScale1 ?? "")"),
      hasFinalNorm: reader.contains("norm.weight"),
      pooling: pool(
        pooling, distilled: hasDistillation, includesPrefix: includesPrefix,
        hasClassToken: hasClassToken, name: settings.name),
      hasPooledNorm: hasPooledNorm, interpolation: .bicubicAntialiased,
      positionGrid: PositionGrid(height: grid.height, width: grid.width)
    ).validated(name: settings.name)
  }

  private static func pool(
    _ word: String, distilled: Bool, includesPrefix: Bool, hasClassToken: Bool, name: String
  ) throws -> Pooling {
    switch word {
    case "token" where distilled: return .classAndDistillation
    case "token" where hasClassToken: return .classToken
    case "avg": return includesPrefix ? .averageOfAll : .averageOfPatches
    default:
      throw ModelError.invalidConfiguration(
        name: name, reason: "the pooling \(word) is not supported here; supported are token and avg"
      )
    }
  }

  /// The grid of the position table and whether the table has rows for the prefix.
  private struct Grid {
    let height: Int
    let width: Int
    let coversPrefix: Bool
    /// Pixels; the configuration's, or those of the table's grid where it says nothing.
    let imageHeight: Int
    let imageWidth: Int

    init(
      rows: Int, prefix: Int, patchSize: Int, settings: ConfigurationReader, noEmbedClass: Bool
    ) throws {
      // A size that the configuration gives may be not square; it must then fit the rows.
      let image =
        settings.json["model_args"]?["img_size"] ?? settings.json["pretrained_cfg"]?["input_size"]
      var sides = image?.array?.compactMap { $0.int } ?? image?.int.map { [$0, $0] } ?? []
      if sides.count == 3 { sides.removeFirst() }
      if sides.count != 2 || !sides.allSatisfy({ (1...1 << 20).contains($0) }) { sides = [] }
      if !sides.isEmpty {
        let (height, width) = (sides[0] / patchSize, sides[1] / patchSize)
        for covers in [!noEmbedClass, noEmbedClass]
        where height * width == rows - (covers ? prefix : 0) {
          (self.height, self.width, coversPrefix) = (height, width, covers)
          (imageHeight, imageWidth) = (sides[0], sides[1])
          return
        }
      }
      // Otherwise the table was made for another size than the configuration's: timm resizes a
      // square one as it loads.
      for covers in [!noEmbedClass, noEmbedClass] {
        let patches = rows - (covers ? prefix : 0)
        let side = Int(Double(max(patches, 0)).squareRoot().rounded())
        if side > 0, side * side == patches {
          (height, width, coversPrefix) = (side, side, covers)
          imageHeight = sides.first ?? side * patchSize
          imageWidth = sides.last ?? side * patchSize
          return
        }
      }
      throw ModelError.invalidConfiguration(
        name: settings.name,
        reason: "pos_embed has \(rows) rows, which is no square grid of patches with or without "
          + "\(prefix) rows for the other tokens")
    }
  }
}

extension TimmArchitecture {
  /// DeiT-3 and the register models add positions to the patches alone.
  var impliesNoEmbedClass: Bool {
    name.hasPrefix("deit3_") || name.contains("_reg")
  }
}
