#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The machine that the process runs on.
///
/// Which of its processors the process may use, by affinity and by the share that a control group
/// (a container) leaves it, is read by `CKernels` (`threads/processors.c`), whose pool needs it.
package struct Machine: Sendable {
  /// Kernel and its release.
  package let system: String
  /// As `uname` tells it, such as `x86_64`.
  package let architecture: String
  package let processor: String
  package let processorCount: Int
  package let memoryBytes: Int

  package init() {
    var names = utsname()
    uname(&names)
    system = "\(Self.text(&names.sysname)) \(Self.text(&names.release))"
    architecture = Self.text(&names.machine)
    processorCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    memoryBytes = Self.memoryBytes
    processor = Self.processorName ?? architecture
  }

  /// Of the whole machine, whatever the process may take of it.
  package static var memoryBytes: Int {
    let (pages, pageSize) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return max(0, pages) * max(0, pageSize)
  }

  private static func text<Tuple>(_ tuple: inout Tuple) -> String {
    withUnsafeBytes(of: &tuple) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private static var processorName: String? {
    #if canImport(Darwin)
      var size = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0 else { return nil }
      var bytes = [UInt8](repeating: 0, count: size)
      guard sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else {
        return nil
      }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    #else
      // The first processor's lines; making those of all takes the kernel a while.
      guard let bytes = try? RegularFile("/proc/cpuinfo").read(at: 0, count: 4096) else {
        return nil
      }
      return ProcessFile(bytes)["model name"]
    #endif
  }
}
