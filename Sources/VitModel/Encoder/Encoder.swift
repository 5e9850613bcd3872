import VitTensor

/// The stack of blocks that image and text towers share.
package struct Encoder: Sendable {
  package let blocks: [EncoderBlock]
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
  ///   - trace: Takes each block's tokens as `prefix + "block.i"`, for which all must be wanted.
  func apply(
    _ tokens: UnsafeMutablePointer<Float>, offsets: [Int], wanted: [Range<Int>]?,
    workspace: Workspace, trace: Trace?, prefix: String = ""
  ) -> UnsafeMutablePointer<Float> {
    precondition(trace == nil || wanted == nil)
    let rows = offsets[offsets.count - 1]
    if trace == nil, runsInHalves(rows: rows, threads: ThreadPool.shared.threadCount) {
      return applyInHalves(tokens, offsets: offsets, wanted: wanted, workspace: workspace)
    }
    let parts = RowParts(rows: rows)
    // One part may be a block ahead of another, which still reads this block's keys and values.
    func activations(_ index: Int) -> EncoderBlock.Activations {
      blocks[index].activations(
        tokens, offsets: offsets, in: workspace,
        projected: parts.count > 1 && index % 2 == 1 ? .queryKeyValueAhead : .queryKeyValue,
        completesSome: wanted != nil && index + 1 == blocks.count)
    }

    var current = activations(0)
    Step(parts: parts, projected: (blocks[0], current)).run()
    for (index, block) in blocks.dropLast().enumerated() {
      let ahead = activations(index + 1)
      Step(parts: parts, completed: (block, current), projected: (blocks[index + 1], ahead)).run()
      trace?.record("\(prefix)block.\(index)", shape: [rows, width], tokens)
      current = ahead
    }
    let last = blocks[blocks.count - 1]
    if let wanted {
      let output = workspace.floats(.wantedTokens, wanted.reduce(0) { $0 + $1.count } * width)
      last.complete(current, only: wanted, to: output)
      return output
    }
    Step(parts: parts, completed: (last, current)).run()
    trace?.record("\(prefix)block.\(blocks.count - 1)", shape: [rows, width], tokens)
    return tokens
  }

  /// What threads do between one wait for each other and the next.
  private struct Step {
    typealias Work = (block: EncoderBlock, activations: EncoderBlock.Activations)

    let parts: RowParts
    var completed: Work?
    var projected: Work?

    func run() {
      guard parts.count > 1 else { return run(0..<parts.rows) }
      withUnsafePointer(to: self) { step in
        ThreadPool.shared.run(count: parts.count, context: step) { context, index in
          let step = context!.assumingMemoryBound(to: Step.self)
          step.pointee.run(step.pointee.parts.part(index))
        }
      }
    }

    private func run(_ rows: Range<Int>) {
      if let completed {
        completed.block.complete(completed.activations, rows: rows, next: projected?.block)
      }
      if let projected { projected.block.project(projected.activations, rows: rows) }
    }
  }
}
