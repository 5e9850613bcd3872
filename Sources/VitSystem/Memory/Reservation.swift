#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Whether memory could be had, asked before work that would end the process without it.
package enum Reservation {
  /// Whether the system gives `bytes` of memory now; they are given back untouched.
  ///
  /// It refuses where the address space is limited (`ulimit -v`) or overcommitting is forbidden; a
  /// control group is not asked, as it counts only memory that is touched.
  package static func isPossible(_ bytes: Int) -> Bool {
    guard bytes > 0 else { return true }
    // A private mapping: a compiler takes out a `malloc` that is freed unused.
    let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    guard let memory, memory != MAP_FAILED else { return false }
    munmap(memory, bytes)
    return true
  }
}
