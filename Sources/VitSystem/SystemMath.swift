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

/// 1 - erf(x), with its digits kept where erf(x) is near 1.
package func complementaryErrorFunction(_ x: Double) -> Double { erfc(x) }

package func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
