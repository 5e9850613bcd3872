import VitTensor

/// The threads of one stretch of a pipeline, each of which works for itself.
///
/// Two monitors order them: one around the inputs that wait, one around the results that are not
/// handed on yet.
final class PipelineCrew<Item, Opened, Prepared, Encoded> {
  private typealias Steps = ImagePipeline.Steps<Item, Opened, Prepared, Encoded>

  private struct Inputs {
    var ready: ArraySlice<Item>
    /// The number of the first in `ready`.
    var number = 0
    var failure: (any Error)?
  }

  private struct Results {
    /// Those that came before their turn, by number.
    var waiting: [Int: (Item, Encoded)] = [:]
    /// The number whose turn it is.
    var turn = 0
    var failure: (any Error)?
  }

  private let pipeline: ImagePipeline
  private let steps: Steps
  private let threads = ThreadPool.shared.threadCount
  private let inputs: Monitor<Inputs>
  private let results = Monitor(Results())

  init(
    _ pipeline: ImagePipeline, _ steps: ImagePipeline.Steps<Item, Opened, Prepared, Encoded>,
    ready: [Item]
  ) {
    self.pipeline = pipeline
    self.steps = steps
    inputs = Monitor(Inputs(ready: ready[...]))
  }

  /// What each thread does: it ends where there is no input without waiting.
  func work() {
    while let share = takeShare() {
      do {
        try process(share.items, from: share.number)
      } catch {
        results.withLock { $0.failure = $0.failure ?? error }
      }
    }
  }

  /// Throws what ended the work early.
  func finish() throws {
    if let failure = results.withLock({ $0.failure }) ?? inputs.withLock({ $0.failure }) {
      throw failure
    }
  }

  private func takeShare() -> (number: Int, items: [Item])? {
    guard !pipeline.isCancelled() else { return nil }
    return inputs.withLock { inputs in
      let shares = 2 * threads
      let missing = shares * pipeline.batchSize - inputs.ready.count
      if missing > 0, inputs.failure == nil {
        do { inputs.ready += try steps.next(missing, false) } catch { inputs.failure = error }
      }
      // Shares become small towards the end, so that all threads end together.
      let count = min(pipeline.batchSize, (inputs.ready.count + shares - 1) / shares)
      let number = inputs.number
      guard count > 0, mayBegin(number) else { return nil }
      let items = Array(inputs.ready.prefix(count))
      inputs.ready.removeFirst(count)
      inputs.number += count
      return (number, items)
    }
  }

  /// Waits while results pile up behind a slow image. The thread that has that image waits for
  /// nobody but the budget, whose holders all make progress.
  private func mayBegin(_ number: Int) -> Bool {
    let window = 64 * threads * pipeline.batchSize
    return results.withLock(
      when: { $0.failure != nil || number - $0.turn < window }, do: { $0.failure == nil })
  }

  private func process(_ items: [Item], from first: Int) throws {
    var prepared: [Prepared] = []
    var reserved = 0
    var done = 0
    defer { pipeline.budget.release(reserved) }

    func encode() throws {
      if prepared.isEmpty { return }
      let encoded = try steps.encode(prepared)
      prepared.removeAll(keepingCapacity: true)
      pipeline.budget.release(reserved)
      reserved = 0
      try hand(zip(items[done...], encoded).map { ($0, $1) }, from: first + done)
      done += encoded.count
    }

    for item in items where !pipeline.isCancelled() {
      let opened = steps.open(item)
      let need = steps.need(opened)
      if !pipeline.budget.tryReserve(need) {
        // What is held is given back first: who waits holds nothing.
        try encode()
        pipeline.budget.reserve(need)
      }
      let value = steps.prepare(opened)
      let kept = min(need, steps.kept(value))
      pipeline.budget.release(need - kept)
      reserved += kept
      prepared.append(value)
    }
    try encode()
  }

  /// Hands on those whose turn it is.
  private func hand(_ encoded: [(Item, Encoded)], from first: Int) throws {
    try results.withLock { results in
      for (offset, result) in encoded.enumerated() { results.waiting[first + offset] = result }
      guard results.failure == nil, results.waiting[results.turn] != nil else { return }
      while let (item, result) = results.waiting.removeValue(forKey: results.turn) {
        try steps.emit(item, result)
        results.turn += 1
      }
      try steps.flush()
    }
  }
}
