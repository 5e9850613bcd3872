import VitKit

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
    // There is nowhere to say that this failed.
    text.withUTF8 { try? writeAll(UnsafeRawBufferPointer($0), to: 2) }
  }
}

/// The variable's value; unset and empty are the same.
func environment(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}
