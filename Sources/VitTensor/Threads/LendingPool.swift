#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lends objects to concurrent calls and keeps as many as ever were lent at once.
///
/// `@unchecked Sendable`: an object is reachable either from `free`, under the lock, or from the one
/// call that took it out, never from both. The lock is the system's, because the thread sanitizer
/// does not see that of Swift's `Mutex`.
package final class LendingPool<Element: AnyObject>: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var free: [Element] = []
  private let make: @Sendable () -> Element

  /// - Parameter make: Makes an object when all are lent.
  package init(_ make: @escaping @Sendable () -> Element) {
    self.make = make
    pthread_mutex_init(lock, nil)
  }

  deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
  }

  package func lend<Result>(_ body: (Element) throws -> Result) rethrows -> Result {
    pthread_mutex_lock(lock)
    let kept = free.popLast()
    pthread_mutex_unlock(lock)
    let element = kept ?? make()
    defer {
      pthread_mutex_lock(lock)
      free.append(element)
      pthread_mutex_unlock(lock)
    }
    return try body(element)
  }
}
