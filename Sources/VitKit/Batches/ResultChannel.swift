import VitSystem

/// Hands results from the threads that compute them to one reader, a bounded number ahead.
///
/// What computes asks how many inputs it may begin, and waits for that outside of the thread pool: a
/// reader that uses the model between two results finds the pool free, however slow it is.
final class ResultChannel<Element: Sendable>: Sendable {
  private typealias Waiter = CheckedContinuation<Element?, any Error>

  private struct State {
    var ready: ArraySlice<Element> = []
    /// Inputs that were begun and whose results were not taken yet.
    var outstanding = 0
    var hasEnded = false
    var failure: (any Error)?
    var isCancelled = false
    var waiter: Waiter?
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
    let waiter = state.withLock { state -> Waiter? in
      guard !state.isCancelled else { return nil }
      guard let waiter = state.waiter else {
        state.ready.append(element)
        return nil
      }
      state.waiter = nil
      state.outstanding -= 1
      return waiter
    }
    waiter?.resume(returning: element)
  }

  /// No result follows.
  ///
  /// - Parameter failure: what ended the work, if not the end of the inputs.
  func finish(_ failure: (any Error)?) {
    let (waiter, error) = state.withLock { state -> (Waiter?, (any Error)?) in
      state.hasEnded = true
      state.failure = state.isCancelled ? CancellationError() : failure
      defer { state.waiter = nil }
      return (state.waiter, state.waiter == nil ? nil : state.failure)
    }
    if let error { waiter?.resume(throwing: error) } else { waiter?.resume(returning: nil) }
  }

  // MARK: - The reader

  /// Ends the work; what is computed already is dropped.
  func cancel() {
    let waiter = state.withLock { state -> Waiter? in
      state.isCancelled = true
      state.ready.removeAll()
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(throwing: CancellationError())
  }

  /// The next result; nil at the end.
  ///
  /// - Throws: what ended the work; `CancellationError`.
  func next() async throws -> Element? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let answer = state.withLock { state -> Result<Element?, any Error>? in
          let answer = Self.answer(&state)
          if answer == nil { state.waiter = continuation }
          return answer
        }
        if let answer { continuation.resume(with: answer) }
      }
    } onCancel: {
      cancel()
    }
  }

  /// The same for a reader that may block its thread.
  func waitForNext() throws -> Element? {
    try state.withLock(
      when: { !$0.ready.isEmpty || $0.hasEnded || $0.isCancelled },
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
