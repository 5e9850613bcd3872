import CKernels

/// The process's one pool of threads, over which the operations of this module spread.
///
/// Workers start with the first parallel run, wait actively for a while after each and then
/// sleep. `VIT_THREADS` sets their number where `setThreadCount` has not.
package final class ThreadPool: Sendable {
  package static let shared = ThreadPool()

  private init() {}

  /// Threads that a run uses, the calling one included: 1 within the body of another.
  package var threadCount: Int { vit_pool_thread_count() }

  /// What `VIT_THREADS` says where it counts and is no number from 1 to 1024; all processors are used
  /// then.
  package var unusableRequest: String? { vit_pool_unusable_request().map { String(cString: $0) } }

  /// Sets the number of threads, 1 to 1024, after runs in progress. Idle workers end before this
  /// returns.
  package func setThreadCount(_ count: Int) {
    vit_pool_set_thread_count(max(count, 1))
  }

  /// Calls `body` with each of `0..<count` on at most `threadCount` threads, the calling one
  /// included, and returns after the last.
  ///
  /// Indices are handed out one at a time, in order. A run within a body stays in its thread, unless
  /// that body is its run's only one; runs that several threads start at once take turns.
  package func run(count: Int, _ body: (Int) -> Void) {
    guard count > 0 else { return }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { body in
        run(count: count, context: body) { context, index in
          context!.assumingMemoryBound(to: ((Int) -> Void).self).pointee(index)
        }
      }
    }
  }

  /// The same without the two allocations that lending a closure takes; `body` gets `context`.
  package func run(
    count: Int, context: UnsafeRawPointer,
    _ body: @convention(c) (_ context: UnsafeMutableRawPointer?, _ index: Int) -> Void
  ) {
    vit_pool_run(count, body, UnsafeMutableRawPointer(mutating: context))
  }
}
