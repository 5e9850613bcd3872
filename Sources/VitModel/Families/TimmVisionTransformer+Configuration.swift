import VitTensor

extension TimmVisionTransformer {
  /// What a tower's weights and the words about it make of it together.
  ///
  /// - Throws: `ModelError` where they contradict each other, or ask for what is not computed here.
  static func configuration(
    _ tower: TimmTower, reader: ParameterReader, keys: ImageTowerKeys
  ) throws -> ImageTowerConfiguration {
    func shape(_ name: String, rank: Int) throws -> [Int] {
      let shape = try reader.requiredShape(of: name)
      guard shape.count == rank else {
        throw ModelError.invalidConfiguration(
          name: reader.path, reason: "\(name) has the shape \(shape), not \(rank) axes")
      }
      return shape
    }
    let (arguments, architecture) = (tower.arguments, tower.architecture)
    try arguments.check(TimmSettings.modelArguments)
    try refuseOtherBlocks(tower, reader)
    let patch = try shape(keys.patchWeight, rank: 4)
    guard patch[1] == 3, patch[2] == patch[3], patch[2] > 0, patch[0] > 0 else {
      throw ModelError.invalidConfiguration(
        name: reader.path,
        reason: "\(keys.patchWeight) has the shape \(patch), not [width, 3, P, P]")
    }
    let patchSize = try tower.patchSize
    guard patch[2] == patchSize else {
      throw ModelError.unsupported(
        name: tower.name,
        kind: "resampling the patch kernels from \(patch[2]) to \(patchSize) pixels (patch_size, "
          + "\(architecture.name))")
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
    let grid = try TimmPositionGrid(
      rows: rows, prefix: prefix, patchSize: patchSize, image: tower.imageSize(),
      coversPrefix: arguments.bool("no_embed_class", default: architecture.impliesNoEmbedClass)
        ? .unlikely : .likely, name: tower.name)

    let hasPooledNorm = reader.contains("fc_norm.weight")
    let hasFinalNorm = reader.contains("norm.weight")
    // A file whose only norm comes after pooling was averaged, whatever nobody wrote down.
    let word =
      try arguments.string("global_pool")
      ?? (hasPooledNorm && !hasFinalNorm ? "avg" : architecture.pooling)
    let includesPrefix = try arguments.bool("pool_include_prefix", default: false)
    let mlp = try shape("blocks.0.mlp.fc1.weight", rank: 2)[0]
    let heads = try arguments.int("num_heads", default: max(1, width / architecture.headSize))
    let vision = try ImageTowerConfiguration(
      imageHeight: grid.imageHeight, imageWidth: grid.imageWidth, patchSize: patchSize,
      width: width, depth: reader.countBlocks(keys.blocks), heads: heads, mlpSize: mlp,
      activation: tower.activation, epsilon: tower.epsilon,
      hasClassToken: hasClassToken, hasDistillationToken: hasDistillation,
      registerTokens: registers, positionsCoverPrefix: grid.coversPrefix,
      hasPatchBias: reader.contains(keys.patchBias),
      hasQueryKeyValueBias: reader.contains("blocks.0.attn.qkv.bias"),
      hasNormBeforeBlocks: reader.contains("norm_pre.weight"),
      hasLayerScale: reader.contains("blocks.0.\(keys.block.layerScale1 ?? "")"),
      hasFinalNorm: hasFinalNorm,
      pooling: pooling(
        word, distilled: hasDistillation, includesPrefix: includesPrefix,
        hasClassToken: hasClassToken, name: tower.name),
      hasPooledNorm: hasPooledNorm, interpolation: .bicubicAntialiased,
      positionGrid: PositionGrid(height: grid.height, width: grid.width)
    ).validated(name: tower.name)
    try tower.check(vision)
    let isResized = grid.height != vision.gridHeight || grid.width != vision.gridWidth
    if isResized, architecture.resizesPositionsLinearly {
      throw ModelError.unsupported(
        name: tower.name, kind: "\(architecture.name) at another size than its position table's")
    }
    return vision
  }

  /// Blocks that have the names of plain ones and compute something else, by what they have besides.
  private static func refuseOtherBlocks(_ tower: TimmTower, _ reader: ParameterReader) throws {
    func refuse(_ design: String) throws {
      throw ModelError.unsupported(
        name: tower.name, kind: "\(tower.architecture.name) with \(design)")
    }
    if reader.contains("attn_pool.latent") { try refuse("attention pooling (map)") }
    for (tensor, design) in [
      ("attn.q_norm.weight", "norms of queries and keys (qk_norm)"),
      ("attn.norm.weight", "a norm within attention (scale_attn_norm)"),
      ("mlp.norm.weight", "a norm within the MLP (scale_mlp_norm)"),
      ("mlp.fc1_g.weight", "SwiGLU, a gated MLP"), ("mlp.w12.weight", "SwiGLU, a gated MLP"),
      ("mlp.gate_proj.weight", "SwiGLU, a gated MLP"),
    ] where reader.contains("blocks.0.\(tensor)") {
      try refuse(design)
    }
    if let first = reader.shape(of: "blocks.0.mlp.fc1.weight"),
      let second = reader.shape(of: "blocks.0.mlp.fc2.weight"), first.count == 2,
      second.count == 2, first[0] == 2 * second[1]
    {
      try refuse("SwiGLU, a gated MLP: its first layer is twice as wide as its second")
    }
  }

  private static func pooling(
    _ word: String, distilled: Bool, includesPrefix: Bool, hasClassToken: Bool, name: String
  ) throws -> Pooling {
    switch word {
    case "token" where distilled: return .classAndDistillation
    case "token" where hasClassToken: return .classToken
    case "avg": return includesPrefix ? .averageOfAll : .averageOfPatches
    case "":
      throw ModelError.invalidConfiguration(
        name: name,
        reason: "global_pool is \"\", which keeps every token and gives no vector; set it to token "
          + "or avg, as the model is meant to be used")
    default:
      throw ModelError.invalidConfiguration(
        name: name,
        reason: "the pooling \(word) is not supported here; supported are token and avg")
    }
  }
}
