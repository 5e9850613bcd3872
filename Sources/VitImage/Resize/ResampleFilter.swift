import VitSystem

/// How a resize weighs source pixels: Pillow's six filters, under Pillow's names.
///
/// All but `nearest` are antialiased: when an image is reduced, the filter is widened by the
/// factor of reduction. The formulas are those of Pillow's `src/libImaging/Resample.c`.
public enum ResampleFilter: String, Sendable, CaseIterable {
  /// The source pixel under the centre of the target pixel; no antialiasing.
  case nearest
  /// The mean of the source pixels under the target pixel.
  case box
  /// A triangle of half-width 1.
  case bilinear
  /// `sinc(x) · (0.54 + 0.46 cos πx)`, half-width 1.
  case hamming
  /// Keys' cubic with a = -0.5, half-width 2.
  case bicubic
  /// `sinc(x) · sinc(x / 3)`, half-width 3.
  case lanczos

  /// Half-width in source pixels at scale 1.
  var support: Double {
    switch self {
    case .nearest, .box: 0.5
    case .bilinear, .hamming: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The filter's value at distance `x`, in float64 as in Pillow.
  func value(at x: Double) -> Double {
    let distance = abs(x)
    switch self {
    case .nearest, .box:
      return x > -0.5 && x <= 0.5 ? 1 : 0
    case .bilinear:
      return distance < 1 ? 1 - distance : 0
    case .hamming:
      if distance == 0 { return 1 }
      if distance >= 1 { return 0 }
      let angle = distance * Double.pi
      // Pillow's constants are float32, and so take part with their float32 rounding.
      return sine(angle) / angle * (Double(Float(0.54)) + Double(Float(0.46)) * cosine(angle))
    case .bicubic:
      let a = -0.5
      if distance < 1 {
        return ((a + 2) * distance - (a + 3)) * distance * distance + 1
      }
      if distance < 2 {
        return (((distance - 5) * distance + 8) * distance - 4) * a
      }
      return 0
    case .lanczos:
      return x >= -3 && x < 3 ? Self.sinc(x) * Self.sinc(x / 3) : 0
    }
  }

  private static func sinc(_ x: Double) -> Double {
    if x == 0 { return 1 }
    let angle = x * Double.pi
    return sine(angle) / angle
  }
}
