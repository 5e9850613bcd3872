import VitTensor

/// CLIP's text tower up to its pooled vector (Radford et al. 2021; transformers `modeling_clip.py`,
/// open_clip `transformer.py`), made of the same blocks as the image tower.
///
/// Where attention is causal, nothing after the pooled token can change it: each caption is encoded
/// at its own length, with the same result as padded.
package struct TextTowerPlan: Sendable {
  package let configuration: TextTowerConfiguration
  let tokenEmbedding: TokenEmbedding
  /// `[contextLength, width]`.
  let positions: [Float]
  let encoder: EncoderPlan
  let finalNorm: LayerNorm
  private let workspaces = LendingPool { Workspace() }

  init(
    configuration: TextTowerConfiguration, tokenEmbedding: TokenEmbedding, positions: [Float],
    encoder: EncoderPlan, finalNorm: LayerNorm
  ) {
    self.configuration = configuration
    self.tokenEmbedding = tokenEmbedding
    self.positions = positions
    self.encoder = encoder
    self.finalNorm = finalNorm
  }

  /// The pooled vectors `[captions, width]` of captions as ids, with start and end, unpadded.
  ///
  /// - Throws: `ModelError.invalidInput` for a caption longer than the context, or an id outside the
  ///   vocabulary.
  package func encode(_ captions: [[Int32]], trace: Trace? = nil) throws -> [Float] {
    let context = configuration.contextLength
    for ids in captions {
      guard !ids.isEmpty, ids.count <= context else {
        throw ModelError.invalidInput(
          reason: "a caption of \(ids.count) tokens; the text tower takes 1 to \(context)")
      }
      let isPadded = configuration.encodedLength(of: ids) > ids.count
      let padding = isPadded ? [configuration.paddingID] : []
      if let id = (ids + padding).first(where: { $0 < 0 || $0 >= configuration.vocabularySize }) {
        throw ModelError.invalidInput(
          reason: "the token \(id) is outside the model's vocabulary of "
            + "\(configuration.vocabularySize); tokeniser and model do not belong together")
      }
    }
    guard !captions.isEmpty else { return [] }
    // A trace is of all captions, one step after another.
    if let trace { return try encodeGroup(captions, trace: trace) }
    let tokens = captions.reduce(0) { $0 + configuration.encodedLength(of: $1) }
    let largest = max(1, BatchGroups.rowsAtOnce * captions.count / tokens)
    return try BatchGroups.map(count: captions.count, largest: largest) {
      try encodeGroup(Array(captions[$0]), trace: nil)
    }.flatMap { $0 }
  }

  private func encodeGroup(_ captions: [[Int32]], trace: Trace?) throws -> [Float] {
    let width = configuration.width
    var offsets = [0]
    var pooledRows: [Int] = []
    for ids in captions {
      pooledRows.append(offsets[offsets.count - 1] + configuration.pooledPosition(of: ids))
      offsets.append(offsets[offsets.count - 1] + configuration.encodedLength(of: ids))
    }
    return try workspaces.lend { workspace in
      let total = offsets[offsets.count - 1]
      let tokens = try workspace.floats(.tokens, total * width)
      for (index, ids) in captions.enumerated() {
        let start = offsets[index]
        for position in 0..<offsets[index + 1] - start {
          let token = tokens + (start + position) * width
          let id = position < ids.count ? ids[position] : configuration.paddingID
          tokenEmbedding.copyRow(Int(id), to: token)
          for channel in 0..<width { token[channel] += positions[position * width + channel] }
        }
      }
      trace?.record("text.embeddings", shape: [total, width], tokens)
      let result = try encoder.apply(
        tokens, offsets: offsets, wanted: trace == nil ? pooledRows.map { $0..<$0 + 1 } : nil,
        workspace: workspace, trace: trace, prefix: "text.")
      if let trace {
        let normalized = try workspace.floats(.normalized, total * width)
        finalNorm.apply(result, rows: total, to: normalized)
        trace.record("text.norm", shape: [total, width], normalized)
      }
      var pooled = [Float](repeating: 0, count: captions.count * width)
      pooled.withUnsafeMutableBufferPointer { buffer in
        let start = buffer.baseAddress!
        for (index, row) in pooledRows.enumerated() {
          let from = result + (trace == nil ? index : row) * width
          (start + index * width).update(from: from, count: width)
        }
        finalNorm.apply(start, rows: captions.count, to: start)
        trace?.record("text.pooled", shape: [captions.count, width], start)
      }
      return pooled
    }
  }
}
