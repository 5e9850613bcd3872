#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// eˣ; Foundation would cost its start-up for this one function.
package func exponential(_ x: Double) -> Double { exp(x) }
