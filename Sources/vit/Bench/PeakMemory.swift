#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The most memory of this process that was resident at once.
enum PeakMemory {
  /// Begins anew from what is resident now. Only Linux can; elsewhere the peak is that of the
  /// process's whole life.
  static func reset() {
    #if os(Linux)
      guard let file = fopen("/proc/self/clear_refs", "w") else { return }
      fputs("5", file)
      fclose(file)
    #endif
  }

  static var bytes: Int {
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

  #if os(Linux)
    /// `VmHWM:    12345 kB` in the process's status.
    private static var highWaterMark: Int? {
      guard let file = fopen("/proc/self/status", "r") else { return nil }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 256)
      while fgets(&line, Int32(line.count), file) != nil {
        let text = line.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        guard text.hasPrefix("VmHWM:") else { continue }
        return Int(text.drop { !$0.isNumber }.prefix { $0.isNumber }).map { $0 * 1024 }
      }
      return nil
    }
  #endif
}
