import VitOperations

/// CLIP's text tower up to its pooled vector (Radford et al. 2021; transformers `modeling_clip.py`,
/// open_clip `transformer.py`):
///
///     x ← embedding of the ids + positions
///     x ← blockᵢ(x), each in turn
///     pooled ← norm(x at the pooled position)
///
/// - Parameters:
///   - captions: Ids with start and end, each cut or padded to the length that the pooled token sees.
///   - pooledPositions: Of each caption.
///   - p: The tower's arrays.
///   - trace: Takes the named intermediates.
/// - Returns: `[captions, width]`
func textTower(
  _ captions: [[Int]], pooledPositions: [Int], _ p: TextTowerParameters<Tensor>,
  _ configuration: TextTowerConfiguration, trace: Trace? = nil
) -> Tensor {
  let form = configuration.block
  let sequences = Sequences(lengths: captions.map(\.count))
  let positions = resizedGrid(
    p.positions, from: (configuration.positionRows, 1), to: (configuration.contextLength, 1),
    .linear)

  var x = embedding(table: p.tokenEmbedding, ids: captions.flatMap { $0 })
  x = x + selectedRows(positions, captions.flatMap { Array($0.indices) })
  trace?.record("text.embeddings", shape: x.shape, x.values)
  for (index, block) in p.blocks.enumerated() {
    x = transformerBlock(x, block, form, sequences)
    trace?.record("text.block.\(index)", shape: x.shape, x.values)
  }
  x = norm(x, p.finalNorm, form.norm)
  trace?.record("text.norm", shape: x.shape, x.values)
  let pooled = selectedRows(x, zip(sequences.offsets, pooledPositions).map { $0 + $1 })
  trace?.record("text.pooled", shape: pooled.shape, pooled.values)
  return pooled
}
