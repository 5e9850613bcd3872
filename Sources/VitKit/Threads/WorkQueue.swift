import VitSystem
import VitTensor

/// Runs what an `async` function computes on threads that are not Swift's cooperative ones, which must
/// never be kept busy: there are as many as processors, and every task of the program shares them.
///
/// Work is taken in the order in which it comes, by as many threads as the pool has; a thread ends when
/// nothing waits, so that an idle program has none.
final class WorkQueue: Sendable {
  static let shared = WorkQueue()

  private struct State {
    var running = 0
    var waiting: ArraySlice<@Sendable () -> Void> = []
  }

  private let state = Monitor(State())

  private init() {}

  /// The value of `body`, computed by one of the queue's threads.
  ///
  /// - Parameter body: gets a function that says whether the calling task was cancelled meanwhile.
  /// - Throws: what `body` throws; `CancellationError` where the task was cancelled before its turn.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Result
  ) async throws -> Result {
    let cancelled = Monitor(false)
    let isCancelled: @Sendable () -> Bool = { cancelled.withLock { $0 } }
    // Handed over under a lock, because the thread sanitizer does not see what a continuation hands over
    // that is resumed before it is awaited.
    let result = Monitor<Swift.Result<Result, any Error>?>(nil)
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        submit {
          let done = Swift.Result {
            if isCancelled() { throw CancellationError() }
            return try body(isCancelled)
          }
          result.withLock { $0 = done }
          continuation.resume()
        }
      }
    } onCancel: {
      cancelled.withLock { $0 = true }
    }
    return try result.withLock { $0! }.get()
  }

  /// The same for work that does not ask whether it was cancelled.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await run { _ in try body() }
  }

  private func submit(_ work: @escaping @Sendable () -> Void) {
    let limit = max(1, ThreadPool.shared.threadCount)
    let isNew = state.withLock { state in
      state.waiting.append(work)
      guard state.running < limit else { return false }
      state.running += 1
      return true
    }
    if isNew { DetachedThread.run { [self] in while let work = next() { work() } } }
  }

  /// Nil where nothing waits; the thread that asked then ends.
  private func next() -> (@Sendable () -> Void)? {
    state.withLock { state in
      guard let work = state.waiting.popFirst() else {
        state.running -= 1
        return nil
      }
      return work
    }
  }
}
