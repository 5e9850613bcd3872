#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A lock with a condition to wait for, around a value.
///
/// `@unchecked Sendable`: the value is reachable only through `withLock`, which one thread is in at
/// a time. The lock is the system's, because the thread sanitizer does not see that of Swift's
/// `Mutex`.
package final class Monitor<State>: @unchecked Sendable {
  private var state: State
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  package init(_ state: State) {
    self.state = state
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Waits until `isReady` holds, then calls `body`; whatever `body` changed, waiting threads look
  /// again.
  package func withLock<Result>(
    when isReady: (State) -> Bool, do body: (inout State) throws -> Result
  ) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
    }
    while !isReady(state) { pthread_cond_wait(condition, mutex) }
    return try body(&state)
  }

  package func withLock<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
    try withLock(when: { _ in true }, do: body)
  }
}
