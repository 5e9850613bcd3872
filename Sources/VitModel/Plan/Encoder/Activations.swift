import VitSystem
import VitTensor

/// What the blocks of an encoder read and write. Sequence `i` is rows `offsets[i]..<offsets[i + 1]`
/// of each.
struct Activations {
  let offsets: [Int]
  /// Updated in place; each of two parts has all channels of its rows.
  var tokens: OfParts
  /// What each of two parts adds to the tokens where a branch ends, without bias.
  let attentionSums: OfParts
  let feedForwardSums: OfParts
  /// `[rows, 3 · width]`
  var projected: Rows
  /// `[rows, width]`
  let attended: Rows
  /// `[rows, feedForward1.outputSize]`
  let hidden: Rows

  /// A matrix `[rows, width]` for each part; an undivided block uses the first.
  struct OfParts {
    let first: UnsafeMutablePointer<Float>
    let second: UnsafeMutablePointer<Float>
    let width: Int

    subscript(part: Division.Part, rows: Range<Int>) -> UnsafeMutablePointer<Float> {
      (part == .second ? second : first) + rows.lowerBound * width
    }
  }

  /// - Parameter tokens: `[rows, width]`: what the first block reads.
  init(
    _ tokens: UnsafeMutablePointer<Float>, offsets: [Int], of block: BlockPlan,
    division: Division, in workspace: Workspace
  ) throws(OutOfMemory) {
    let (rows, width) = (division.rows, block.width)
    func matrix(_ slot: Workspace.Slot) throws(OutOfMemory) -> UnsafeMutablePointer<Float> {
      division.parts == 1 ? tokens : try workspace.floats(slot, rows * width)
    }
    self.offsets = offsets
    self.tokens = OfParts(first: tokens, second: try matrix(.otherTokens), width: width)
    attentionSums = OfParts(
      first: try matrix(.attentionSums), second: try matrix(.otherAttentionSums), width: width)
    feedForwardSums = OfParts(
      first: try matrix(.feedForwardSums), second: try matrix(.otherFeedForwardSums), width: width)
    projected = try workspace.rows(
      .queryKeyValue, rows * 3 * width, readIn: block.attention.precision)
    attended = try workspace.rows(.attended, rows * width, readIn: block.outputProjection.precision)
    hidden = try workspace.rows(
      .hidden, rows * block.feedForward1.outputSize, readIn: block.feedForward2.precision)
    if division.parts == 2 { self.tokens.second.update(from: tokens, count: rows * width) }
  }
}
