import VitCheckpoint
import VitTensor

extension TensorReader {
  /// The layer norm `name.weight`, `name.bias`, both `[size]`.
  func layerNorm(_ name: String, size: Int, epsilon: Float) throws -> LayerNorm {
    LayerNorm(
      weight: try float32("\(name).weight", [size]), bias: try float32("\(name).bias", [size]),
      epsilon: epsilon)
  }

  /// A single number, stored as `[]` or `[1]`; nil where the file has none.
  func scalar(_ name: String) throws -> Float? {
    guard let shape = shape(of: name), shape.allSatisfy({ $0 == 1 }) else { return nil }
    return try float32(name, shape)[0]
  }

  /// What cosines are multiplied with: the file has its logarithm.
  func logitScale() throws -> Float? {
    try scalar("logit_scale").map { Float(exponential(Double($0))) }
  }

  /// The linear layer `name.weight` `[output, input]`, `name.bias` `[output]`, with `gamma`
  /// multiplied into its rows.
  func linear(
    _ name: String, output: Int, input: Int, bias hasBias: Bool = true, gamma: [Float]? = nil,
    precision: Precision
  ) throws -> Linear {
    let weightName = "\(name).weight"
    var bias = hasBias ? try float32("\(name).bias", [output]) : nil
    if let gamma { bias = bias.map { zip($0, gamma).map { $0 * $1 } } }
    return try layer(
      [weightName], shape: [output, input], outputSize: output, inputSize: input, bias: bias,
      precision: precision
    ) {
      guard let gamma else {
        return try withFloat32(weightName, [output, input]) { weight in
          Linear(
            weight: weight, bias: bias, output: output, input: input, precision: precision)
        }
      }
      var weight = try float32(weightName, [output, input])
      for row in 0..<output {
        for column in 0..<input { weight[row * input + column] *= gamma[row] }
      }
      return Linear(
        weight: weight, bias: bias, output: output, input: input, precision: precision)
    }
  }

  /// Query, key and value as one layer `[3 · width, width]`.
  private func queryKeyValue(
    _ keys: BlockKeys.QueryKeyValue, width: Int, bias hasBias: Bool, precision: Precision
  ) throws -> Linear {
    let weightNames: [String]
    var bias: [Float]?
    switch keys {
    case .packed(let weight, let biasName):
      weightNames = [weight]
      if hasBias { bias = try float32(biasName, [3 * width]) }
    case .separate(let query, let key, let value):
      let names = [query, key, value]
      weightNames = names.map { "\($0).weight" }
      if hasBias { bias = try names.flatMap { try float32("\($0).bias", [width]) } }
    }
    return try layer(
      weightNames, shape: [3 * width, width], outputSize: 3 * width, inputSize: width, bias: bias,
      precision: precision
    ) {
      try withJoinedFloat32(weightNames, [3 * width / weightNames.count, width]) { weight in
        Linear(
          weight: weight, bias: bias, output: 3 * width, input: width, precision: precision)
      }
    }
  }

  /// One block, read in this scope.
  func encoderBlock(
    _ keys: BlockKeys, width: Int, heads: Int, mlpSize: Int, activation: Activation,
    epsilon: Float, queryKeyValueBias: Bool = true, layerScale: Bool = false, causal: Bool = false,
    precision: Precision
  ) throws -> EncoderBlock {
    let gamma1 = layerScale ? try keys.layerScale1.map { try float32($0, [width]) } : nil
    let gamma2 = layerScale ? try keys.layerScale2.map { try float32($0, [width]) } : nil
    return EncoderBlock(
      norm1: try layerNorm(keys.norm1, size: width, epsilon: epsilon),
      queryKeyValue: try queryKeyValue(
        keys.queryKeyValue, width: width, bias: queryKeyValueBias, precision: precision),
      attention: SelfAttention(
        heads: heads, headSize: width / heads, causal: causal, precision: precision),
      outputProjection: try linear(
        keys.outputProjection, output: width, input: width, gamma: gamma1, precision: precision),
      norm2: try layerNorm(keys.norm2, size: width, epsilon: epsilon),
      feedForward1: try linear(
        keys.feedForward1, output: mlpSize, input: width, precision: precision),
      activation: activation,
      feedForward2: try linear(
        keys.feedForward2, output: width, input: mlpSize, gamma: gamma2, precision: precision))
  }

  /// An image tower, read in this scope.
  func visionTransformer(
    _ configuration: VisionConfiguration, keys: VisionKeys, precision: Precision
  ) throws -> VisionTransformer {
    let width = configuration.width
    let epsilon = configuration.epsilon
    let patchSize = configuration.patchSize

    let patchBias = configuration.hasPatchBias ? try float32(keys.patchBias, [width]) : nil
    let patchShape = [width, 3, patchSize, patchSize]
    let patchElements = configuration.patchElements
    let patchProjection = try layer(
      [keys.patchWeight], shape: patchShape, outputSize: width, inputSize: patchElements,
      bias: patchBias, precision: precision
    ) {
      try withFloat32(keys.patchWeight, patchShape) { weight in
        Linear(
          weight: weight, bias: patchBias, output: width, input: patchElements,
          precision: precision)
      }
    }

    let prefixRows = configuration.positionsCoverPrefix ? configuration.prefixTokens : 0
    let grid =
      configuration.positionGrid
      ?? PositionGrid(height: configuration.gridHeight, width: configuration.gridWidth)
    let table = try float32(
      keys.positions, matching: width, rows: prefixRows + grid.height * grid.width)
    var prefix: [Float] = []
    if configuration.hasClassToken { prefix += try float32(keys.classToken, count: width) }
    if configuration.hasDistillationToken, let name = keys.distillationToken {
      prefix += try float32(name, count: width)
    }
    if configuration.registerTokens > 0, let name = keys.registerTokens {
      prefix += try float32(name, count: configuration.registerTokens * width)
    }
    for index in 0..<prefixRows * width { prefix[index] += table[index] }

    func optionalNorm(_ present: Bool, _ name: String?) throws -> LayerNorm? {
      guard present, let name else { return nil }
      return try layerNorm(name, size: width, epsilon: epsilon)
    }
    let blocks = try (0..<configuration.depth).map { index -> EncoderBlock in
      // What is packed is not read again; its pages would count as this process's memory.
      defer { checkpoint.releasePages() }
      return try scope("\(keys.blocks)\(index)").encoderBlock(
        keys.block, width: width, heads: configuration.heads, mlpSize: configuration.mlpSize,
        activation: configuration.activation, epsilon: epsilon,
        queryKeyValueBias: configuration.hasQueryKeyValueBias,
        layerScale: configuration.hasLayerScale, precision: precision)
    }
    return VisionTransformer(
      configuration: configuration,
      patchEmbedding: PatchEmbedding(projection: patchProjection, patchSize: patchSize),
      prefixTokens: prefix,
      positions: PositionEmbedding(
        table: table, prefixRows: prefixRows, gridHeight: grid.height, gridWidth: grid.width,
        width: width,
        interpolation: configuration.interpolation),
      normBeforeBlocks: try optionalNorm(
        configuration.hasNormBeforeBlocks, keys.normBeforeBlocks),
      encoder: Encoder(blocks: blocks, width: width),
      finalNorm: try optionalNorm(configuration.hasFinalNorm, keys.finalNorm),
      pooledNorm: try optionalNorm(configuration.hasPooledNorm, keys.pooledNorm))
  }
}

extension Linear {
  /// From arrays or a mapped pointer.
  init(
    weight: UnsafePointer<Float>, bias: [Float]?, output: Int, input: Int, precision: Precision
  ) {
    if let bias {
      self = bias.withUnsafeBufferPointer {
        Linear(
          weight: weight, bias: $0.baseAddress, outputSize: output, inputSize: input,
          precision: precision)
      }
    } else {
      self.init(
        weight: weight, bias: nil, outputSize: output, inputSize: input, precision: precision)
    }
  }
}
