#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The three descriptors that every program has.
enum StandardStreams {
  /// Where one was closed, as some daemons start programs, the next file that is opened would take
  /// its number, and messages would go into a result.
  static func open() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
      _ = systemOpen("/dev/null", O_RDWR)
    }
  }
}

private func systemOpen(_ path: String, _ flags: Int32) -> Int32 { open(path, flags) }
