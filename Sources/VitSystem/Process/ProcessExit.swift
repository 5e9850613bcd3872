#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The end of the process.
package enum ProcessExit {
  /// Has `body` called when the process ends by itself: not by a signal, and not by
  /// `SignalHandler.endProcess`.
  package static func register(_ body: @escaping @convention(c) () -> Void) { atexit(body) }
}
