#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A thread of its own for work that waits or computes long.
package enum DetachedThread {
  /// Starts a thread that calls `body` and ends.
  ///
  /// Where the system gives no thread, `body` is called by the caller: late is better than never.
  package static func run(_ body: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
    if !startThread(context) { callThreadBody(context) }
  }
}

/// What a thread is handed.
private final class ThreadBody: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func callThreadBody(_ context: UnsafeMutableRawPointer) {
  Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().body()
}

/// - Returns: whether there is a thread.
private func startThread(_ context: UnsafeMutableRawPointer) -> Bool {
  let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
  defer { attributes.deallocate() }
  pthread_attr_init(attributes)
  defer { pthread_attr_destroy(attributes) }
  pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
  // What the main thread has on Linux; Musl's default is too small for decoders.
  pthread_attr_setstacksize(attributes, 8 << 20)
  #if canImport(Darwin)
    let thread = UnsafeMutablePointer<pthread_t?>.allocate(capacity: 1)
    defer { thread.deallocate() }
    return pthread_create(
      thread, attributes,
      { context in
        callThreadBody(context)
        return nil
      }, context) == 0
  #else
    let thread = UnsafeMutablePointer<pthread_t>.allocate(capacity: 1)
    defer { thread.deallocate() }
    return pthread_create(
      thread, attributes,
      { context in
        if let context { callThreadBody(context) }
        return nil
      }, context) == 0
  #endif
}
