import VitSystem

/// Hands results from the threads that compute them to one reader, a bounded number ahead.
///
/// What computes asks how many inputs it may begin, and waits for that outside of the thread pool: a
/// reader that uses the model between two results finds the pool free, however slow it is.
final class ResultChannel<Element: Sendable>: Sendable {
  /// Only wakes the reader, which takes the result under the lock: the thread sanitizer does not see what
  /// a continuation hands over that is resumed before it is awaited.
  private typealias Waiter = CheckedContinuation<Void, Never>

  private struct State {
    var ready: ArraySlice<Element> = []
    /// Inputs that were begun and whose results were not taken yet.
    var outstanding = 0
    var hasEnded = false
    var failure: (any Error)?
    var isCancelled = false
    var waiter: Waiter?

    var hasAnswer: Bool { !ready.isEmpty || hasEnded || isCancelled }
  }

  private let state = Monitor(State())
  private let capacity: Int

  /// - Parameter capacity: the most results that are begun and not taken.
  init(capacity: Int) { self.capacity = max(1, capacity) }

  // MARK: - What computes

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// The number of inputs that may be begun now, up to `count`; they count as begun.
  ///
  /// - Parameter waits: whether to wait until half of the capacity is free, so that work comes in
  ///   portions that are worth all threads; 0 then means that the work is cancelled.
  func begin(atMost count: Int, waits: Bool) -> Int {
    func take(_ state: inout State) -> Int {
      guard !state.isCancelled else { return 0 }
      let taken = max(0, min(count, capacity - state.outstanding))
      state.outstanding += taken
      return taken
    }
    return waits
      ? state.withLock(
        when: { $0.isCancelled || $0.outstanding <= capacity / 2 }, do: take)
      : state.withLock(take)
  }

  /// Takes back what was begun and turned out not to be there.
  func giveBack(_ count: Int) { state.withLock { $0.outstanding -= count } }

  func send(_ element: Element) {
    wake { state in
      if !state.isCancelled { state.ready.append(element) }
    }
  }

  /// No result follows.
  ///
  /// - Parameter failure: what ended the work, if not the end of the inputs.
  func finish(_ failure: (any Error)?) {
    wake { state in
      state.hasEnded = true
      state.failure = state.isCancelled ? CancellationError() : failure
    }
  }

  /// Changes the state, and wakes the reader if it waits.
  private func wake(_ change: (inout State) -> Void) {
    let waiter = state.withLock { state -> Waiter? in
      change(&state)
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  // MARK: - The reader

  /// Ends the work; what is computed already is dropped.
  func cancel() {
    wake { state in
      state.isCancelled = true
      state.ready.removeAll()
    }
  }

  /// The next result; nil at the end.
  ///
  /// - Throws: what ended the work; `CancellationError`.
  func next() async throws -> Element? {
    try await withTaskCancellationHandler {
      while true {
        if let answer = state.withLock({ Self.answer(&$0) }) { return try answer.get() }
        await withCheckedContinuation { (continuation: Waiter) in
          let hasAnswer = state.withLock { state in
            let hasAnswer = state.hasAnswer
            if !hasAnswer { state.waiter = continuation }
            return hasAnswer
          }
          if hasAnswer { continuation.resume() }
        }
      }
    } onCancel: {
      cancel()
    }
  }

  /// The same for a reader that may block its thread.
  func waitForNext() throws -> Element? {
    try state.withLock(
      when: \.hasAnswer,
      do: { state in try Self.answer(&state)?.get() })
  }

  /// What a reader gets now; nil where it has to wait.
  private static func answer(_ state: inout State) -> Result<Element?, any Error>? {
    if state.isCancelled { return .failure(CancellationError()) }
    if let element = state.ready.popFirst() {
      state.outstanding -= 1
      return .success(element)
    }
    guard state.hasEnded else { return nil }
    if let failure = state.failure { return .failure(failure) }
    return .success(nil)
  }
}
