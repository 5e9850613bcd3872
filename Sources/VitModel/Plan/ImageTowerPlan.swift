import VitTensor

/// A Vision Transformer up to its pooled vector (Dosovitskiy et al. 2020; timm
/// `vision_transformer.py`, transformers `modeling_vit.py`, `modeling_deit.py`, `modeling_clip.py`).
///
/// Immutable once loaded; any number of calls may run at once.
package struct ImageTowerPlan: Sendable {
  package let configuration: ImageTowerConfiguration
  let patchEmbedding: PatchEmbedding
  /// Class, distillation and register tokens in this order, `[prefixTokens, width]`, with their
  /// position rows added where the table has them.
  let prefixTokens: [Float]
  let positions: PositionEmbedding
  let normBeforeBlocks: LayerNorm?
  let encoder: EncoderPlan
  let finalNorm: LayerNorm?
  let pooledNorm: LayerNorm?
  private let workspaces = LendingPool { Workspace() }

  init(
    configuration: ImageTowerConfiguration, patchEmbedding: PatchEmbedding, prefixTokens: [Float],
    positions: PositionEmbedding, normBeforeBlocks: LayerNorm?, encoder: EncoderPlan,
    finalNorm: LayerNorm?, pooledNorm: LayerNorm?
  ) {
    self.configuration = configuration
    self.patchEmbedding = patchEmbedding
    self.prefixTokens = prefixTokens
    self.positions = positions
    self.normBeforeBlocks = normBeforeBlocks
    self.encoder = encoder
    self.finalNorm = finalNorm
    self.pooledNorm = pooledNorm
  }

  /// The pooled vectors of a batch.
  package struct Output: Sendable {
    /// `[batch, width]`.
    package var pooled: [Float]
    /// What the classification head reads: the pooled vectors, or the class tokens where the second
    /// head of a distilled model reads the distillation tokens.
    package var headInput: [Float]
    /// The normalised distillation tokens `[batch, width]`, where the model has one.
    package var distillation: [Float]?
  }

  /// Encodes `batch` images whose pixels `[3, height, width]` `pixels(i)` returns.
  ///
  /// - Throws: `ModelError.invalidInput` when the image holds no whole patch.
  package func encode(
    batch: Int, height: Int, width imageWidth: Int, trace: Trace? = nil,
    pixels: (Int) -> UnsafePointer<Float>
  ) throws -> Output {
    let gridHeight = height / configuration.patchSize
    let gridWidth = imageWidth / configuration.patchSize
    guard batch > 0, gridHeight > 0, gridWidth > 0 else {
      throw ModelError.invalidInput(
        reason: "an image of \(imageWidth)×\(height) pixels holds no patch of "
          + "\(configuration.patchSize)×\(configuration.patchSize)")
    }
    let grid = ImageGrid(
      height: height, width: imageWidth, patches: gridHeight * gridWidth,
      positionRows: positions.patchRows(
        PositionGrid(height: gridHeight, width: gridWidth)))
    let sequence = configuration.prefixTokens + grid.patches
    let images = max(1, BatchGroups.rowsAtOnce / sequence)
    var output = Output(
      pooled: [], headInput: [], distillation: configuration.hasDistillationToken ? [] : nil)
    // A trace is of all images, one step after another.
    let parts =
      trace == nil
      ? try BatchGroups.map(count: batch, largest: images) { group in
        try encodeGroup(group.count, grid: grid, trace: nil) { pixels(group.lowerBound + $0) }
      }
      : [try encodeGroup(batch, grid: grid, trace: trace, pixels: pixels)]
    for part in parts {
      output.pooled += part.pooled
      output.headInput += part.headInput
      output.distillation? += part.distillation ?? []
    }
    output.pooled.withUnsafeBufferPointer {
      trace?.record("pooled", shape: [batch, configuration.width], $0.baseAddress!)
    }
    return output
  }

  private func encodeGroup(
    _ batch: Int, grid: ImageGrid, trace: Trace?, pixels: (Int) -> UnsafePointer<Float>
  ) throws -> Output {
    try workspaces.lend { workspace in
      let sequence = configuration.prefixTokens + grid.patches
      let rows = batch * sequence
      let width = configuration.width
      let tokens = try embed((0..<batch).map(pixels), grid: grid, workspace: workspace)
      trace?.record("embeddings", shape: [batch, sequence, width], tokens)
      let pooledTokens = trace == nil ? configuration.pooledTokens : nil
      let result = try encoder.apply(
        tokens, offsets: (0...batch).map { $0 * sequence },
        wanted: pooledTokens.map { count in
          (0..<batch).map { $0 * sequence..<$0 * sequence + count }
        },
        workspace: workspace, trace: trace)
      if let trace, let finalNorm {
        let normalized = try workspace.floats(.normalized, rows * width)
        finalNorm.apply(result, rows: rows, to: normalized)
        trace.record("norm", shape: [batch, sequence, width], normalized)
      }
      return try pool(
        result, batch: batch, sequence: pooledTokens ?? sequence, workspace: workspace)
    }
  }

  /// Final norm, pooling and the norm of the pooled vector, from the first `sequence` tokens of each
  /// image. The final norm is computed only for the rows that pooling reads; a row's norm depends on
  /// that row alone.
  private func pool(
    _ tokens: UnsafeMutablePointer<Float>, batch: Int, sequence: Int, workspace: Workspace
  ) throws -> Output {
    let width = configuration.width
    let prefix = configuration.prefixTokens

    func tokenRows(_ index: Int) -> [Float] {
      var rows = [Float](repeating: 0, count: batch * width)
      rows.withUnsafeMutableBufferPointer { buffer in
        for image in 0..<batch {
          let source = tokens + (image * sequence + index) * width
          (buffer.baseAddress! + image * width).update(from: source, count: width)
        }
        finalNorm?.apply(buffer.baseAddress!, rows: batch, to: buffer.baseAddress!)
      }
      return rows
    }

    func average(from first: Int) throws -> [Float] {
      var source = tokens
      if let finalNorm {
        source = try workspace.floats(.normalized, batch * sequence * width)
        finalNorm.apply(tokens, rows: batch * sequence, to: source)
      }
      var means = [Float](repeating: 0, count: batch * width)
      let scale = 1 / Float(sequence - first)
      for image in 0..<batch {
        for row in first..<sequence {
          let token = source + (image * sequence + row) * width
          for channel in 0..<width { means[image * width + channel] += token[channel] }
        }
        for channel in 0..<width { means[image * width + channel] *= scale }
      }
      return means
    }

    let distillation = configuration.hasDistillationToken ? tokenRows(1) : nil
    var headInput: [Float]?
    var pooled: [Float]
    switch configuration.pooling {
    case .classToken: pooled = tokenRows(0)
    case .classAndDistillation:
      let classTokens = tokenRows(0)
      headInput = classTokens
      pooled = zip(classTokens, distillation ?? tokenRows(1)).map { ($0 + $1) / 2 }
    case .averageOfPatches: pooled = try average(from: prefix)
    case .averageOfAll: pooled = try average(from: 0)
    }
    if let pooledNorm {
      pooled.withUnsafeMutableBufferPointer {
        pooledNorm.apply($0.baseAddress!, rows: batch, to: $0.baseAddress!)
      }
    }
    return Output(
      pooled: pooled, headInput: headInput ?? pooled, distillation: distillation)
  }
}
