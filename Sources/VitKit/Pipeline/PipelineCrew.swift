import VitSystem

/// The threads of a pipeline while there are inputs for all of them; each works for itself.
///
/// Two monitors order them: one around the inputs that wait, one around the outcomes that are not
/// reported yet.
final class PipelineCrew<Stages: ImagePipelineStages> {
  private struct Inputs {
    var ready: ArraySlice<Stages.Input>
    /// The number of the first in `ready`.
    var number = 0
    var failure: (any Error)?
  }

  private struct Outcomes {
    /// Those that are there before their turn, by the input's number.
    var waiting: [Int: (Stages.Input, ImageOutcome<Stages.Output>)] = [:]
    /// The number whose turn it is.
    var turn = 0
    var failure: (any Error)?
  }

  private let pipeline: ImagePipeline<Stages>
  private let stages: Stages
  private let threads: Int
  private let inputs: Monitor<Inputs>
  private let outcomes = Monitor(Outcomes())

  init(_ pipeline: ImagePipeline<Stages>, ready: [Stages.Input]) {
    self.pipeline = pipeline
    stages = pipeline.stages
    threads = pipeline.threads
    inputs = Monitor(Inputs(ready: ready[...]))
  }

  /// What each thread does, until it would have to wait for an input, or the work has ended.
  func work() {
    while let share = takeShare() {
      do {
        try process(share.inputs, from: share.number)
      } catch {
        outcomes.withLock { $0.failure = $0.failure ?? error }
      }
    }
  }

  /// Throws what ended the work early.
  func finish() throws {
    if let failure = outcomes.withLock({ $0.failure }) ?? inputs.withLock({ $0.failure }) {
      throw failure
    }
  }

  /// The next inputs for one thread, and the number of the first.
  private func takeShare() -> (number: Int, inputs: [Stages.Input])? {
    guard !stages.isCancelled else { return nil }
    return inputs.withLock { inputs in
      let shares = 2 * threads
      let missing = shares * pipeline.batchSize - inputs.ready.count
      if missing > 0, inputs.failure == nil {
        do {
          inputs.ready += try stages.nextInputs(atMost: missing, waits: false)
        } catch {
          inputs.failure = error
        }
      }
      // Shares become small towards the end, so that all threads end together.
      let count = min(pipeline.batchSize, (inputs.ready.count + shares - 1) / shares)
      let number = inputs.number
      guard count > 0, mayBegin(number) else { return nil }
      let share = Array(inputs.ready.prefix(count))
      inputs.ready.removeFirst(count)
      inputs.number += count
      return (number, share)
    }
  }

  /// Waits while outcomes pile up behind a slow image; false where the work has ended. This cannot go
  /// on for ever: the thread that has that image waits for the budget alone, and those who hold some
  /// of the budget do not wait.
  private func mayBegin(_ number: Int) -> Bool {
    let window = 64 * threads * pipeline.batchSize
    return outcomes.withLock(
      when: { $0.failure != nil || number - $0.turn < window }, do: { $0.failure == nil })
  }

  /// Takes a share's images through all stages, in one batch where the budget allows.
  private func process(_ inputs: [Stages.Input], from first: Int) throws {
    var batch: [ImageOutcome<Stages.Preprocessed>] = []
    var reserved = 0
    var done = 0
    defer { pipeline.budget.release(reserved) }

    func encode() throws {
      if batch.isEmpty { return }
      let outcomes = try pipeline.encode(batch)
      batch.removeAll(keepingCapacity: true)
      pipeline.budget.release(reserved)
      reserved = 0
      try reportInTurn(
        zip(inputs[done...], outcomes).map { ($0, $1) }, from: first + done)
      done += outcomes.count
    }

    for input in inputs where !stages.isCancelled {
      let opened = pipeline.open(input)
      if !pipeline.budget.tryReserve(opened.memory) {
        // What is held is given back first: who waits holds nothing.
        try encode()
        pipeline.budget.reserve(opened.memory)
      }
      let image = pipeline.preprocess(opened)
      let kept = min(opened.memory, pipeline.memory(of: image))
      pipeline.budget.release(opened.memory - kept)
      reserved += kept
      batch.append(image)
    }
    try encode()
  }

  /// Reports all that are there up to the first that is missing; the others wait for it.
  private func reportInTurn(
    _ new: [(Stages.Input, ImageOutcome<Stages.Output>)], from first: Int
  ) throws {
    try outcomes.withLock { outcomes in
      for (offset, outcome) in new.enumerated() { outcomes.waiting[first + offset] = outcome }
      guard outcomes.failure == nil, outcomes.waiting[outcomes.turn] != nil else { return }
      while let (input, outcome) = outcomes.waiting.removeValue(forKey: outcomes.turn) {
        try stages.report(outcome, of: input)
        outcomes.turn += 1
      }
      try stages.flush()
    }
  }
}
