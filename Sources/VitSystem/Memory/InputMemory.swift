#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Memory of a size that an input asked for could not be had.
package struct OutOfMemory: PartedError, Equatable {
  package let byteCount: Int

  package init(byteCount: Int) { self.byteCount = byteCount }

  package var parts: ErrorParts {
    ErrorParts(
      nil, "\(max(1, byteCount >> 20)) MiB of memory cannot be had",
      remedy: "raise the limit of memory, or take less at once")
  }
}

/// Memory whose size an input decides. Swift's own allocations end the process where there is none;
/// these throw.
///
/// An array cannot be made of memory that was had before. So the system is asked first for as much and
/// a little more, which is given back untouched, and the array's own request follows while no other
/// thread is between the two.
package enum InputMemory {
  /// Fewer bytes are not asked for. Where the process's memory is limited, what is left free below serves
  /// them; elsewhere the system refuses but what is out of all proportion, and asking for each buffer of
  /// a small photograph would take a tenth of the time of its resize.
  private static let least = MemoryLimit.mayRefuse ? 1 << 16 : 1 << 26
  /// What must be left for all that is allocated without asking.
  private static let reserve = 8 << 20

  nonisolated(unsafe) private static let lock: UnsafeMutablePointer<pthread_mutex_t> = {
    let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    return lock
  }()

  /// An array of `count` elements, which `body` gives their values.
  ///
  /// - Throws: `OutOfMemory`, and what `body` throws.
  package static func array<Element: BitwiseCopyable>(
    of _: Element.Type = Element.self, count: Int,
    _ body: (UnsafeMutableBufferPointer<Element>) throws -> Void
  ) throws -> [Element] {
    let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    if isTooLarge { throw OutOfMemory(byteCount: .max) }
    let asks = bytes >= least
    if asks {
      pthread_mutex_lock(lock)
      guard canHave(bytes) else {
        pthread_mutex_unlock(lock)
        throw OutOfMemory(byteCount: bytes)
      }
    }
    return try [Element](unsafeUninitializedCapacity: count) { buffer, filled in
      if asks { pthread_mutex_unlock(lock) }
      // The system may give more than was asked for.
      try body(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      filled = count
    }
  }

  /// Calls `body` with memory of at least so many bytes.
  ///
  /// - Throws: `OutOfMemory`, and what `body` throws.
  package static func withBytes<Result>(
    _ count: Int, alignment: Int, _ body: (UnsafeMutableRawPointer) throws -> Result
  ) throws -> Result {
    let memory = try allocate(count: count, of: 1, alignment: alignment)
    defer { free(memory) }
    return try body(memory)
  }

  /// Memory for `count` elements of so many bytes, at least one byte, until `giveBack`.
  package static func allocate(
    count: Int, of size: Int, alignment: Int
  ) throws(OutOfMemory) -> UnsafeMutableRawPointer {
    let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: size)
    var memory: UnsafeMutableRawPointer?
    guard !isTooLarge, posix_memalign(&memory, alignment, max(1, bytes)) == 0, let memory else {
      throw OutOfMemory(byteCount: isTooLarge ? .max : bytes)
    }
    return memory
  }

  /// Gives back what `allocate` gave.
  package static func giveBack(_ memory: UnsafeMutableRawPointer) { free(memory) }

  private static func canHave(_ bytes: Int) -> Bool {
    let (size, isTooLarge) = bytes.addingReportingOverflow(reserve)
    guard !isTooLarge else { return false }
    guard
      let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0),
      start != MAP_FAILED
    else { return false }
    munmap(start, size)
    return true
  }
}
