import VitSystem
import VitTensor

/// The activations of one forward pass, kept between calls so that blocks allocate nothing once it
/// has grown to their size.
package final class Workspace {
  private var buffers: [Slot: FloatBuffer] = [:]

  package enum Slot: Hashable {
    case patches, patchTokens, tokens, normalized, queryKeyValue, queryKeyValueAhead, attended
    case hidden, wantedTokens
    /// Of blocks divided in two parts.
    case otherTokens, attentionSums, otherAttentionSums, feedForwardSums, otherFeedForwardSums
  }

  /// A buffer of at least `count` floats; its content is whatever the last use left.
  package func floats(
    _ slot: Slot, _ count: Int
  ) throws(OutOfMemory) -> UnsafeMutablePointer<Float> {
    if let buffer = buffers[slot], buffer.count >= count { return buffer.pointer }
    let buffer = try FloatBuffer(count: max(count, 1))
    buffers[slot] = buffer
    return buffer.pointer
  }

  /// Room for `count` elements for the layer that reads them: bfloat16 where it computes in that.
  func rows(
    _ slot: Slot, _ count: Int, readIn precision: Precision
  ) throws(OutOfMemory) -> Rows {
    try Rows(floats(slot, count), precision == .bfloat16 ? .bfloat16 : .float32)
  }
}
