import VitOperations

/// A Vision Transformer up to its pooled vector (Dosovitskiy et al. 2020; timm
/// `vision_transformer.py`, transformers `modeling_vit.py`, `modeling_deit.py`, `modeling_clip.py`):
///
///     x ← [class, distillation, registers; patches Wᵀ + b] + positions   (to the patches alone where
///                                       the table has no rows for the others)
///     x ← norm(x)                       where there is a norm before the blocks
///     x ← blockᵢ(x), each in turn
///     x ← norm(x)                       where there is a final norm
///     pooled ← norm(pool(x))            with a norm where there is one for the pooled vector
///
/// - Parameters:
///   - images: `[n, 3, height, width]`, preprocessed.
///   - p: The tower's arrays.
///   - trace: Takes the named intermediates.
func imageTower(
  _ images: Tensor, _ p: ImageTowerParameters<Tensor>, _ configuration: ImageTowerConfiguration,
  trace: Trace? = nil
) -> ImageTowerOutput {
  let form = configuration.block
  let count = images.shape[0]
  let grid = PositionGrid(
    height: images.shape[2] / configuration.patchSize,
    width: images.shape[3] / configuration.patchSize)

  var (x, sequences) = embedded(images, grid, p, configuration)
  if let first = p.normBeforeBlocks { x = norm(x, first, form.norm) }
  let shape = [count, sequences.rowCount / count, configuration.width]
  trace?.record("embeddings", shape: shape, x.values)

  for (index, block) in p.blocks.enumerated() {
    x = transformerBlock(x, block, form, sequences)
    trace?.record("block.\(index)", shape: shape, x.values)
  }
  if let last = p.finalNorm {
    x = norm(x, last, form.norm)
    trace?.record("norm", shape: shape, x.values)
  }
  let output = pooled(x, sequences, p, configuration)
  trace?.record("pooled", shape: output.pooled.shape, output.pooled.values)
  return output
}

struct ImageTowerOutput {
  /// `[n, width]`
  var pooled: Tensor
  /// What the classifier reads, `[n, width]`: the pooled vectors, or the class tokens where the second
  /// head of a distilled model reads the distillation tokens.
  var headInput: Tensor
  /// The distillation tokens after the final norm, `[n, width]`, where the model has one.
  var distillation: Tensor?
}

/// Patches and prefix with their positions, `[n · sequence, width]`. Positions are a table for the
/// prefix and the patches, or for the patches alone; a grid of patches that is not the trained one
/// gets the table resized to it.
private func embedded(
  _ images: Tensor, _ grid: PositionGrid, _ p: ImageTowerParameters<Tensor>,
  _ configuration: ImageTowerConfiguration
) -> (tokens: Tensor, sequences: Sequences) {
  let ofPatches = Sequences(count: images.shape[0], length: grid.height * grid.width)
  let trained = configuration.trainedGrid
  let prefixRows = configuration.positionsCoverPrefix ? configuration.prefixTokens : 0
  let positions = resizedGrid(
    p.positions.rows(prefixRows..<configuration.positionRows),
    from: (trained.height, trained.width), to: (grid.height, grid.width),
    configuration.interpolation)

  var x = linear(patches(images, patchSize: configuration.patchSize), p.patchEmbedding)
  x = added(x, table: positions, ofPatches)
  let prefixes = [p.classToken, p.distillationToken, p.registerTokens].compactMap { $0 }
  guard var prefix = prefixes.first else { return (x, ofPatches) }
  for tokens in prefixes.dropFirst() {
    prefix = prefixed(tokens, with: prefix, Sequences(lengths: [tokens.shape[0]])).tokens
  }
  if prefixRows > 0 { prefix = prefix + p.positions.rows(0..<prefixRows) }
  return prefixed(x, with: prefix, ofPatches)
}

/// The vector of each image (`Pooling`).
private func pooled(
  _ x: Tensor, _ sequences: Sequences, _ p: ImageTowerParameters<Tensor>,
  _ configuration: ImageTowerConfiguration
) -> ImageTowerOutput {
  func token(_ index: Int) -> Tensor {
    selectedRows(x, (0..<sequences.count).map { sequences.rows($0).lowerBound + index })
  }
  let distillation = configuration.hasDistillationToken ? token(1) : nil
  var headInput: Tensor?
  var pooled: Tensor
  switch configuration.pooling {
  case .classToken: pooled = token(0)
  case .classAndDistillation:
    headInput = token(0)
    pooled = scaled(token(0) + token(1), by: 0.5)
  case .averageOfPatches: pooled = mean(x, sequences, from: configuration.prefixTokens)
  case .averageOfAll: pooled = mean(x, sequences)
  }
  if let last = p.pooledNorm { pooled = norm(pooled, last, configuration.block.norm) }
  return ImageTowerOutput(
    pooled: pooled, headInput: headInput ?? pooled, distillation: distillation)
}
