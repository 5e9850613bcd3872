#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The variables that the process was started with.
package enum Environment {
  /// A variable's value, as `SystemName` has it; unset and empty are the same.
  package static subscript(_ name: String) -> String? {
    getenv(name).flatMap(text)
  }

  static func text(_ value: UnsafeMutablePointer<CChar>) -> String? {
    value.pointee == 0 ? nil : SystemName.text(cString: value)
  }
}
