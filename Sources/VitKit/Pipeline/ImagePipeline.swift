import VitImage
import VitSystem
import VitTensor

/// Takes any number of images through decoding, preprocessing and a model: all cores busy, memory
/// bounded, results in the order of the inputs, and one bad image fails alone.
///
/// Where there are many images each thread works for itself: it takes a few consecutive ones,
/// decodes and preprocesses them one after the other, encodes them, reports the results whose turn
/// it is and takes the next. So nobody waits for another's slow image until results pile up behind
/// it, decoding overlaps with encoding, and there are exactly as many threads as the pool has. Where
/// there are few, a pipe that sends one name at a time for instance, they are encoded together by all
/// threads. Which way an image went does not show in its result: a vector's bits depend neither on
/// its batch nor on threads.
package struct ImagePipeline<Stages: ImagePipelineStages> {
  let stages: Stages
  let decoding: DecodeOptions
  let batchSize: Int
  let budget: MemoryBudget
  let threads: Int
  private let encodesTogether: Bool

  /// - Parameters:
  ///   - batchSize: images that go through the model at once, on each thread; at least 1.
  ///   - budget: the memory that the images under way may take.
  ///   - threads: the most threads that work; nil for all of the pool.
  ///   - encodesTogether: whether every batch is encoded by all threads together, in the order of
  ///     the inputs, so that `encode` is called by one thread at a time.
  package init(
    _ stages: Stages, decoding: DecodeOptions = DecodeOptions(), batchSize: Int = 8,
    budget: MemoryBudget = MemoryBudget(), threads: Int? = nil, encodesTogether: Bool = false
  ) {
    self.stages = stages
    self.decoding = decoding
    self.batchSize = batchSize
    self.budget = budget
    self.threads = max(1, min(threads ?? .max, ThreadPool.shared.threadCount))
    self.encodesTogether = encodesTogether
  }

  /// Returns when there are no more inputs, or when it is cancelled.
  ///
  /// - Throws: what `nextInputs`, `encode`, `report` or `flush` ended the work with.
  package func run() throws {
    let isLimited = threads < ThreadPool.shared.threadCount
    while !stages.isCancelled {
      let inputs = try stages.nextInputs(
        atMost: encodesTogether ? batchSize : threads * 2, waits: true)
      if inputs.isEmpty { return }
      if encodesTogether || (threads > 1 && !isLimited && inputs.count < threads * 2) {
        try processTogether(inputs)
      } else {
        let crew = PipelineCrew(self, ready: inputs)
        // What a thread of the crew runs stays in that thread, unless it is the run's only one.
        ThreadPool.shared.run(count: isLimited ? max(2, threads) : threads) { index in
          if index < threads { crew.work() }
        }
        try crew.finish()
      }
    }
  }

  /// Prepares each on a thread of its own, then encodes all with all threads; as many at a time as the
  /// budget has room for.
  private func processTogether(_ inputs: [Stages.Input]) throws {
    let opened = each(inputs) { open($0) }
    var start = 0
    while start < opened.count {
      var end = start
      var memory = 0
      while end < opened.count,
        end == start || opened[end].memory <= budget.bytes - memory
      {
        memory += opened[end].memory
        end += 1
      }
      budget.reserve(memory)
      defer { budget.release(memory) }
      let images = each(opened[start..<end]) { preprocess($0) }
      for (input, outcome) in zip(inputs[start...], try encode(images)) {
        try stages.report(outcome, of: input)
      }
      if !images.isEmpty { try stages.flush() }
      // Cancelling leaves gaps; what comes after the first is not reported.
      if images.count < end - start { return }
      start = end
    }
  }

  /// What `body` makes of each, on all threads; after a cancellation of those before the first that was
  /// not begun.
  private func each<Element, Made: Sendable>(
    _ elements: some RandomAccessCollection<Element>, _ body: (Element) -> Made
  ) -> [Made] {
    let elements = Array(elements)
    let slots = Monitor([Made?](repeating: nil, count: elements.count))
    func make(_ index: Int) {
      if stages.isCancelled { return }
      let made = body(elements[index])
      slots.withLock { $0[index] = made }
    }
    // Alone, an image has the threads for its own rows.
    if elements.count == 1 {
      make(0)
    } else {
      ThreadPool.shared.run(count: elements.count, make)
    }
    return slots.withLock { Array($0.prefix { $0 != nil }.compactMap { $0 }) }
  }
}
