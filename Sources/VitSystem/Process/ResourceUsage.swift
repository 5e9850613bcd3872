#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What this process has used of the machine.
package enum ResourceUsage {
  /// Of all threads together.
  package static var processorTime: Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  /// The most memory that was resident at once since the start or the last reset, in bytes.
  package static var peakMemory: Int {
    #if os(Linux)
      if let highWaterMark { return highWaterMark }
    #endif
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #else
      // RUSAGE_SELF, which the C libraries give different types.
      getrusage(0, &usage)
      return usage.ru_maxrss * 1024
    #endif
  }

  /// Begins `peakMemory` anew from what is resident. Only Linux can; elsewhere the peak is that of
  /// the process's whole life.
  package static func resetPeakMemory() {
    #if os(Linux)
      guard let file = try? FileDescriptor("/proc/self/clear_refs", for: .writing) else { return }
      try? file.write(Array("5".utf8))
    #endif
  }

  #if os(Linux)
    /// `VmHWM:    12345 kB` in the process's status.
    private static var highWaterMark: Int? {
      guard let bytes = try? RegularFile.contents(of: "/proc/self/status", limit: 1 << 16) else {
        return nil
      }
      return ProcessFile(bytes)["VmHWM"]
        .flatMap { Int($0.prefix(while: \.isNumber)) }.map { $0 * 1024 }
    }
  #endif
}
