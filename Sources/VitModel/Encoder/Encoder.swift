import VitTensor

/// The stack of blocks that image and text towers share.
package struct Encoder: Sendable {
  package let blocks: [EncoderBlock]
  package let width: Int

  /// Updates `tokens` in place; records `prefix + "block.i"` of the first sequence when tracing.
  func apply(
    _ tokens: UnsafeMutablePointer<Float>, offsets: [Int], workspace: Workspace, trace: Trace?,
    prefix: String = ""
  ) {
    for (index, block) in blocks.enumerated() {
      let next = index + 1 < blocks.count ? blocks[index + 1] : nil
      block.apply(tokens, offsets: offsets, workspace: workspace, next: next)
      trace?.record(
        "\(prefix)block.\(index)", shape: [offsets[offsets.count - 1], width], tokens)
    }
  }
}
