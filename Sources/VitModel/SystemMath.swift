#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// eˣ; Foundation would cost its start-up for this one function.
func exponential(_ x: Float) -> Float { Float(exp(Double(x))) }
