import VitOperations
import VitTensor

extension Tensor {
  /// With storage of its own, which a slice of rows shares with the whole.
  fileprivate var compact: Tensor { Tensor(values, shape: shape) }
}

extension PlanBuilder {
  /// One block: query, key and value as one layer, layer scale folded into the layers before it.
  func block(_ block: BlockParameters<Parameter>, _ form: BlockForm) throws -> BlockPlan {
    let attention = form.attention
    switch (form.normPlacement, form.feedForward) {
    case (.before, .plain(_, let activation)):
      let layers = block.attention
      let inputs = [layers.query, layers.key, layers.value]
      let norm1 = try balance(block.norm1, before: inputs)
      let values = try balance(values: layers.value, of: block.norm1, before: layers.output)
      let norm2 = try balance(block.norm2, before: [block.feedForward.first])
      if let bias = layers.value.bias { try self.values(bias, dividedBy: values) }
      return BlockPlan(
        norm1: try norm(block.norm1, form.norm, dividedBy: norm1),
        queryKeyValue: try joined(
          inputs,
          rows: values.map { [Float](repeating: 1, count: 2 * form.width) + $0.map { 1 / $0 } },
          columns: norm1),
        attention: Attention(
          heads: attention.heads, headSize: attention.headSize, scale: attention.scale,
          causal: attention.isCausal, precision: precision),
        outputProjection: try linear(
          layers.output, rows: try block.scale1.map { try parameters.values($0) }, columns: values),
        norm2: try norm(block.norm2, form.norm, dividedBy: norm2),
        feedForward1: try linear(block.feedForward.first, columns: norm2), activation: activation,
        feedForward2: try linear(
          block.feedForward.second, rows: try block.scale2.map { try parameters.values($0) }))
    }
  }

  func encoder(
    _ blocks: [BlockParameters<Parameter>], _ form: BlockForm
  ) throws -> EncoderPlan {
    EncoderPlan(
      blocks: try blocks.map {
        // What is packed is not read again; its pages would count as this process's memory.
        defer { parameters.checkpoint?.releasePages() }
        return try block($0, form)
      }, width: form.width)
  }

  func imageTower(
    _ tower: ImageTowerParameters<Parameter>, _ configuration: ImageTowerConfiguration
  ) throws -> ImageTowerPlan {
    let form = configuration.block
    let patchProjection = try linear(tower.patchEmbedding)
    let table = try parameters.tensor(tower.positions)
    var prefix = try [tower.classToken, tower.distillationToken, tower.registerTokens]
      .flatMap { try $0.map { try parameters.values($0) } ?? [] }
    let prefixRows = configuration.positionsCoverPrefix ? configuration.prefixTokens : 0
    for (index, position) in table.rows(0..<prefixRows).values.enumerated() {
      prefix[index] += position
    }
    return ImageTowerPlan(
      configuration: configuration,
      patchEmbedding: PatchEmbedding(
        projection: patchProjection, patchSize: configuration.patchSize),
      prefixTokens: prefix,
      positions: PositionEmbedding(
        patches: table.rows(prefixRows..<table.shape[0]).compact, grid: configuration.trainedGrid,
        interpolation: configuration.interpolation),
      normBeforeBlocks: try tower.normBeforeBlocks.map { try norm($0, form.norm) },
      encoder: try encoder(tower.blocks, form),
      finalNorm: try tower.finalNorm.map { try norm($0, form.norm) },
      pooledNorm: try tower.pooledNorm.map { try norm($0, form.norm) })
  }

  func textTower(
    _ tower: TextTowerParameters<Parameter>, _ configuration: TextTowerConfiguration
  ) throws -> TextTowerPlan {
    let form = configuration.block
    return TextTowerPlan(
      configuration: configuration,
      tokenEmbedding: TokenEmbedding(parameters: parameters, table: tower.tokenEmbedding),
      positions: resizedGrid(
        try parameters.tensor(tower.positions), from: (configuration.positionRows, 1),
        to: (configuration.contextLength, 1), .linear
      ).values,
      encoder: try encoder(tower.blocks, form),
      finalNorm: try norm(tower.finalNorm, form.norm))
  }
}
