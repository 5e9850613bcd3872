#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The thread that asks.
package enum CurrentThread {
  /// Does nothing for a while; a signal may end it sooner.
  ///
  /// - Parameter duration: below a second, as POSIX allows no more.
  package static func sleep(for duration: Duration) {
    usleep(UInt32(duration / .microseconds(1)))
  }
}
