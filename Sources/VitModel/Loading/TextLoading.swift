import VitCheckpoint
import VitTensor

/// Where a layout keeps the tensors of a text tower, relative to the tower's scope.
struct TextKeys: Sendable {
  /// Full names.
  let tokenEmbedding: String
  let positions: String
  /// Without `.weight` and `.bias`.
  let finalNorm: String
  /// The scope of block i is this and the number.
  let blocks: String
  let block: BlockKeys
}

extension TensorReader {
  /// A text tower, read in this scope.
  func textTransformer(
    _ configuration: TextConfiguration, keys: TextKeys, precision: Precision
  ) throws -> TextTransformer {
    let width = configuration.width
    try expectTensor(keys.tokenEmbedding, [configuration.vocabularySize, width])
    guard let rows = shape(of: keys.positions)?.first else {
      throw CheckpointError.missingTensors(file: checkpoint.path, names: [keys.positions])
    }
    let table = try float32(keys.positions, matching: width, rows: rows)
    let blocks = try (0..<configuration.depth).map { index -> EncoderBlock in
      // What is packed is not read again; its pages would count as this process's memory.
      defer { checkpoint.releasePages() }
      return try scope("\(keys.blocks)\(index)").encoderBlock(
        keys.block, width: width, heads: configuration.heads, mlpSize: configuration.mlpSize,
        activation: configuration.activation, epsilon: configuration.epsilon,
        layerScale: configuration.hasLayerScale, causal: configuration.isCausal,
        precision: precision)
    }
    return TextTransformer(
      configuration: configuration,
      tokenEmbedding: .stored(checkpoint: checkpoint, name: fullName(keys.tokenEmbedding)),
      positions: resizeTextPositions(
        table, width: width, from: rows, to: configuration.contextLength),
      encoder: Encoder(blocks: blocks, width: width),
      finalNorm: try layerNorm(keys.finalNorm, size: width, epsilon: configuration.epsilon))
  }

  /// A layer that the checkpoint stores as `[input, output]` and applies as x·W.
  func transposedLinear(
    _ name: String, input: Int, precision: Precision
  ) throws -> Linear {
    guard let shape = shape(of: name) else {
      throw CheckpointError.missingTensors(file: checkpoint.path, names: [fullName(name)])
    }
    guard shape.count == 2, shape[0] == input, shape[1] > 0 else {
      throw CheckpointError.shapeMismatch(
        file: checkpoint.path, tensor: fullName(name), found: shape, expected: [input, -1])
    }
    let output = shape[1]
    return try layer(
      [name], shape: shape, outputSize: output, inputSize: input, bias: nil, precision: precision
    ) {
      let stored = try float32(name, shape)
      var weight = [Float](repeating: 0, count: stored.count)
      for row in 0..<input {
        for column in 0..<output { weight[column * input + row] = stored[row * output + column] }
      }
      return Linear(weight: weight, bias: nil, output: output, input: input, precision: precision)
    }
  }
}

/// OpenCLIP's `resize_text_pos_embed`: linear over the whole table, `align_corners=False`, no
/// antialiasing.
private func resizeTextPositions(
  _ table: [Float], width: Int, from source: Int, to target: Int
) -> [Float] {
  if source == target { return table }
  var result = [Float](repeating: 0, count: target * width)
  let scale = Float(source) / Float(target)
  for row in 0..<target {
    let position = max(0, (Float(row) + 0.5) * scale - 0.5)
    let low = min(Int(position), source - 1)
    let high = min(low + 1, source - 1)
    let fraction = position - Float(low)
    for channel in 0..<width {
      result[row * width + channel] =
        table[low * width + channel] * (1 - fraction) + table[high * width + channel] * fraction
    }
  }
  return result
}
