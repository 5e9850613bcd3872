import VitSystem
import VitTensor

/// The stack of blocks that image and text towers share; all have the same sizes and precisions.
package struct EncoderPlan: Sendable {
  package let blocks: [BlockPlan]
  package let width: Int

  /// The tokens after the last block: all of them, in place, or, one after another in memory of the
  /// workspace, the `wanted` ones alone.
  ///
  /// A row reads nothing of the others in a block but their keys and values, so the last one is
  /// computed for the wanted rows only, with the same bits.
  ///
  /// - Parameters:
  ///   - tokens: `[rows, width]`; overwritten.
  ///   - offsets: Sequence `i` is the rows `offsets[i]..<offsets[i + 1]`.
  ///   - wanted: Rows in ascending order, or nil for all.
  ///   - division: How threads divide the work; nil for what suits the rows and the threads.
  ///   - trace: Takes each block's tokens as `prefix + "block.i"`, for which all must be wanted and no
  ///     division given.
  func apply(
    _ tokens: UnsafeMutablePointer<Float>, offsets: [Int], wanted: [Range<Int>]?,
    division: Division? = nil, workspace: Workspace, trace: Trace?, prefix: String = ""
  ) throws(OutOfMemory) -> UnsafeMutablePointer<Float> {
    let rows = offsets[offsets.count - 1]
    precondition(trace == nil || (wanted == nil && division == nil))
    let division =
      division
      ?? (trace == nil
        ? .suiting(blocks[0], rows: rows, threads: ThreadPool.shared.threadCount)
        : Division(rows: rows, ranges: 1, parts: 1))
    let even = try Activations(
      tokens, offsets: offsets, of: blocks[0], division: division, in: workspace)
    var odd = even
    if division.shares > 1, !division.waits(after: .attend) {
      // A thread may project the next block while another still attends in this one.
      odd.projected = try workspace.rows(
        .queryKeyValueAhead, rows * 3 * width, readIn: blocks[0].attention.precision)
    }
    let completed = wanted == nil ? blocks.count : blocks.count - 1
    var step = Step(
      blocks: blocks, completed: completed, division: division, activations: (even, odd),
      stages: 0..<0)
    // The last stage adds what the last completed block's parts have left.
    let last = completed * Division.Stage.count
    for index in 0...last where index == last || division.waits(after: Step.stage(index)) {
      step.stages = step.stages.upperBound..<index + 1
      step.run()
      if let trace, index > 0 {
        let block = index / Division.Stage.count - 1
        trace.record("\(prefix)block.\(block)", shape: [rows, width], tokens)
      }
    }
    guard let wanted else { return tokens }
    let output = try workspace.floats(.wantedTokens, wanted.reduce(0) { $0 + $1.count } * width)
    blocks[completed].complete(step.activations(of: completed), only: wanted, to: output)
    return output
  }
}

/// What threads do between one wait for each other and the next.
private struct Step {
  let blocks: [BlockPlan]
  /// So many blocks are computed whole; of one more, where there is one, keys and values.
  let completed: Int
  let division: Division
  let activations: (ofEvenBlocks: Activations, ofOddBlocks: Activations)
  /// Counted through all blocks.
  var stages: Range<Int>

  static func stage(_ index: Int) -> Division.Stage {
    Division.Stage(rawValue: index % Division.Stage.count)!
  }

  func activations(of block: Int) -> Activations {
    block % 2 == 0 ? activations.ofEvenBlocks : activations.ofOddBlocks
  }

  func run() {
    withUnsafePointer(to: self) { step in
      ThreadPool.shared.run(count: division.shares, context: step) { context, index in
        let step = context!.assumingMemoryBound(to: Step.self)
        step.pointee.run(step.pointee.division.share(index))
      }
    }
  }

  private func run(_ share: Division.Share) {
    for index in stages {
      let block = index / Division.Stage.count
      let activations = activations(of: block)
      switch Self.stage(index) {
      case .project:
        if block > 0 { blocks[block - 1].addFeedForward(activations, share) }
        if block < blocks.count {
          blocks[block].project(activations, share, queries: block < completed)
        }
      case .attend: blocks[block].attend(activations, share)
      case .feedForward:
        let next = block + 1 < blocks.count ? blocks[block + 1] : nil
        blocks[block].feedForward(activations, share, next: next)
      }
    }
  }
}
