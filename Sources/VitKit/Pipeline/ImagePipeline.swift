import VitTensor

/// Takes any number of images through decoding, preprocessing and a model: every core busy, memory
/// bounded, results in the order of the inputs.
///
/// Where there are many images each thread works for itself: it takes a few consecutive ones,
/// decodes and preprocesses them one after the other, encodes them, hands the results over and takes
/// the next. So no thread ever waits for another's slow image, decoding overlaps with encoding, and
/// there are exactly as many threads as the pool has. Where there are few, a pipe that sends one
/// name at a time for instance, they are encoded together by all threads. Which way an image went
/// does not show in its result: a vector's bits depend neither on its batch nor on threads.
package struct ImagePipeline {
  /// Images that go through the model at once, on each thread.
  package let batchSize: Int
  package let budget: MemoryBudget
  /// Every batch by all threads together, in order.
  package var encodesTogether = false
  /// Asked before each image; from the first true on no other is begun.
  package let isCancelled: @Sendable () -> Bool

  package init(
    batchSize: Int, budget: MemoryBudget, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.batchSize = batchSize
    self.budget = budget
    self.isCancelled = isCancelled
  }

  /// The steps of an image's way. All but `next` and `emit` are called from several threads at once.
  package struct Steps<Item, Opened, Prepared, Encoded> {
    /// Up to so many inputs, in order; none only at the end, or where it must not wait and none is
    /// there yet. Called by one thread at a time.
    let next: (_ count: Int, _ waits: Bool) throws -> [Item]
    /// Finds out what an input needs.
    let open: (Item) -> Opened
    /// Bytes that preparing takes; more than the budget's `mostForOne` never comes here.
    let need: (Opened) -> Int
    let prepare: (Opened) -> Prepared
    /// Bytes that what was prepared keeps until it is encoded.
    let kept: (Prepared) -> Int
    /// A result for each.
    let encode: ([Prepared]) throws -> [Encoded]
    /// Called once an input, in order, by one thread at a time.
    let emit: (Item, Encoded) throws -> Void
    /// Called after `emit` where there is none to follow at once.
    let flush: () throws -> Void

    package init(
      next: @escaping (_ count: Int, _ waits: Bool) throws -> [Item],
      open: @escaping (Item) -> Opened, need: @escaping (Opened) -> Int,
      prepare: @escaping (Opened) -> Prepared, kept: @escaping (Prepared) -> Int,
      encode: @escaping ([Prepared]) throws -> [Encoded],
      emit: @escaping (Item, Encoded) throws -> Void, flush: @escaping () throws -> Void
    ) {
      (self.next, self.open, self.need, self.prepare) = (next, open, need, prepare)
      (self.kept, self.encode, self.emit, self.flush) = (kept, encode, emit, flush)
    }
  }

  /// Runs until `next` has no more, it is cancelled, or a step throws.
  package func run<Item, Opened, Prepared, Encoded>(
    _ steps: Steps<Item, Opened, Prepared, Encoded>
  ) throws {
    let threads = ThreadPool.shared.threadCount
    while !isCancelled() {
      let inputs = try steps.next(encodesTogether ? batchSize : threads * 2, true)
      if inputs.isEmpty { return }
      if encodesTogether || (threads > 1 && inputs.count < threads * 2) {
        try together(inputs, steps)
      } else {
        let crew = PipelineCrew(self, steps, ready: inputs)
        ThreadPool.shared.run(count: threads) { _ in crew.work() }
        try crew.finish()
      }
    }
  }

  /// Prepares each on a thread of its own, then encodes all with all threads.
  private func together<Item, Opened, Prepared, Encoded>(
    _ inputs: [Item], _ steps: Steps<Item, Opened, Prepared, Encoded>
  ) throws {
    let slots = Monitor([Prepared?](repeating: nil, count: inputs.count))
    func prepare(_ index: Int) {
      if isCancelled() { return }
      let opened = steps.open(inputs[index])
      let need = steps.need(opened)
      budget.reserve(need)
      let prepared = steps.prepare(opened)
      budget.release(need)
      slots.withLock { $0[index] = prepared }
    }
    // Alone, an image has the threads for its own rows.
    if inputs.count == 1 {
      prepare(0)
    } else {
      ThreadPool.shared.run(count: inputs.count, prepare)
    }
    let prepared = slots.withLock { Array($0.prefix { $0 != nil }.map { $0! }) }
    if prepared.isEmpty { return }
    for (item, result) in zip(inputs, try steps.encode(prepared)) { try steps.emit(item, result) }
    try steps.flush()
  }
}
