import VitTensor

/// Few rows on two threads: each takes half of every block for all rows.
extension Encoder {
  /// By rows, each thread reads all weights; by halves, the threads exchange the sums of all rows
  /// twice a block. With 25 rows a thread the one takes 3 % longer than the other in float32 and 1 %
  /// less in bfloat16, whose products take half as long; with 50 rows both are even.
  private static let mostFloat32Rows = 96

  func runsInHalves(rows: Int, threads: Int) -> Bool {
    guard threads == 2, blocks.allSatisfy(\.dividesInHalves) else { return false }
    let isFloat32 = blocks[0].outputProjection.precision == .float32
    return rows / threads < RowParts.leastRows || (isFloat32 && rows <= Self.mostFloat32Rows)
  }

  /// As `apply(_:offsets:wanted:workspace:trace:)`, with the same bits.
  func applyInHalves(
    _ tokens: UnsafeMutablePointer<Float>, offsets: [Int], wanted: [Range<Int>]?,
    workspace: Workspace
  ) -> UnsafeMutablePointer<Float> {
    let rows = offsets[offsets.count - 1]
    let count = rows * width
    let otherTokens = workspace.floats(.otherTokens, count)
    otherTokens.update(from: tokens, count: count)
    func sums(_ slot: (BlockHalf) -> Workspace.Slot) -> HalfActivations.Sums {
      (workspace.floats(slot(.first), count), workspace.floats(slot(.second), count))
    }
    let attentionSums = sums(Workspace.Slot.attentionSums)
    let feedForwardSums = sums(Workspace.Slot.feedForwardSums)
    func half(_ half: BlockHalf) -> HalfActivations {
      HalfActivations(
        half: half, rows: rows, tokens: half == .first ? tokens : otherTokens,
        attentionSums: attentionSums, feedForwardSums: feedForwardSums)
    }
    let halves = (first: half(.first), second: half(.second))

    for (index, block) in blocks.enumerated() {
      let isLast = index + 1 == blocks.count
      let activations = block.activations(
        tokens, offsets: offsets, in: workspace, projected: .queryKeyValue,
        completesSome: wanted != nil && isLast)
      var step = HalvesStep(
        block: block, activations: activations, halves: halves, branch: .attention,
        before: index > 0 ? blocks[index - 1] : nil, after: isLast ? nil : blocks[index + 1])
      step.run()
      if isLast, let wanted {
        let output = workspace.floats(
          .wantedTokens, wanted.reduce(0) { $0 + $1.count } * width)
        block.complete(activations, only: wanted, to: output)
        return output
      }
      step.branch = .feedForward
      step.run()
    }
    blocks[blocks.count - 1].addFeedForward(halves.first)
    return tokens
  }
}

/// A branch of a block, in which both halves work until they need each other's sums.
private struct HalvesStep {
  enum Branch { case attention, feedForward }

  let block: EncoderBlock
  let activations: EncoderBlock.Activations
  let halves: (first: HalfActivations, second: HalfActivations)
  var branch: Branch
  let before: EncoderBlock?
  let after: EncoderBlock?

  func run() {
    withUnsafePointer(to: self) { step in
      ThreadPool.shared.run(count: 2, context: step) { context, index in
        let step = context!.assumingMemoryBound(to: HalvesStep.self)
        step.pointee.run(index == 0 ? step.pointee.halves.first : step.pointee.halves.second)
      }
    }
  }

  private func run(_ own: HalfActivations) {
    switch branch {
    case .attention:
      before?.addFeedForward(own)
      block.projectHalf(activations, own)
      if !activations.completesSome { block.attendHalf(activations, own) }
    case .feedForward:
      block.addAttention(own)
      block.feedHalfForward(activations, own, next: after)
    }
  }
}
