#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// eˣ.
package func exponential(_ x: Double) -> Double { exp(x) }

/// The sine of an angle in radians.
package func sine(_ x: Double) -> Double { sin(x) }

/// The cosine of an angle in radians.
package func cosine(_ x: Double) -> Double { cos(x) }
