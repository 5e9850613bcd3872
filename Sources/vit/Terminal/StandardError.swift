#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Unbuffered standard error: a line appears when it is said.
enum StandardError {
  static let isTerminal = isatty(2) == 1 && environment("TERM") != "dumb"

  static func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        #if canImport(Darwin)
          let written = Darwin.write(2, rest.baseAddress, rest.count)
        #elseif canImport(Musl)
          let written = Musl.write(2, rest.baseAddress, rest.count)
        #else
          let written = Glibc.write(2, rest.baseAddress, rest.count)
        #endif
        if written < 0 && errno == EINTR { continue }
        if written <= 0 { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
    }
  }
}

/// The variable's value; unset and empty are the same.
func environment(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}

/// What the system says of the error that the last call left in `errno`.
func systemError(_ code: Int32 = errno) -> String {
  String(cString: strerror(code))
}
