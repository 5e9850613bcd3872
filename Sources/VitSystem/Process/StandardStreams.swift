#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The three descriptors that every program has.
package enum StandardStreams {
  /// Opens `/dev/null` where one was closed, as some daemons start programs: the next file that is
  /// opened would take its number, and messages would go into a result. Where it is standard output,
  /// writing fails: a result would be lost without a word.
  package static func openMissing() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", descriptor == 1 ? O_RDONLY : O_RDWR)
    }
  }
}
