/// How a table of position embeddings is resized: torch's `interpolate` with `align_corners=False`.
package enum PositionInterpolation: Sendable, Equatable {
  /// `mode="bicubic"`, `antialias=False`: cubic kernel with A = -0.75, four taps, indices clamped to
  /// the edge (transformers, `interpolate_pos_encoding`).
  case bicubic
  /// `mode="bicubic"`, `antialias=True`: A = -0.5, support widened by the reduction, weights
  /// renormalised (timm's `resample_abs_pos_embed`, OpenCLIP's `resize_pos_embed`). It differs from
  /// the other in the third decimal of an embedding.
  case bicubicAntialiased
  /// `mode="linear"`, `antialias=False`: two taps, indices clamped to the edge (OpenCLIP's
  /// `resize_text_pos_embed`).
  case linear

  /// The weights of one axis, computed in float32 as torch computes them.
  func weights(from source: Int, to target: Int) -> AxisWeights {
    let scale = Float(source) / Float(target)
    return AxisWeights(
      inputSize: source,
      taps: (0..<target).map { output in
        taps(center: scale * (Float(output) + 0.5), scale: scale, source: source)
      })
  }

  /// - Parameter center: Of the output, in the coordinates of the source.
  private func taps(center: Float, scale: Float, source: Int) -> [AxisWeights.Tap] {
    switch self {
    case .bicubic:
      let position = center - 0.5
      let base = Int(position.rounded(.down))
      let fraction = position - Float(base)
      let weights = [fraction + 1, fraction, 1 - fraction, 2 - fraction].map {
        Self.cubic($0, a: -0.75)
      }
      return zip(base - 1...base + 2, weights).map { index, weight in
        (min(max(index, 0), source - 1), weight)
      }
    case .bicubicAntialiased:
      let stretch = max(scale, 1)
      let support = 2 * stretch
      let first = max(Int(center - support + 0.5), 0)
      let last = min(Int(center + support + 0.5), source)
      let weights = (first..<last).map {
        Self.cubic((Float($0) - center + 0.5) / stretch, a: -0.5)
      }
      let sum = weights.reduce(0, +)
      return zip(first..<last, weights).map { ($0, sum == 0 ? $1 : $1 / sum) }
    case .linear:
      let position = max(0, center - 0.5)
      let low = min(Int(position), source - 1)
      let fraction = position - Float(low)
      return [(low, 1 - fraction), (min(low + 1, source - 1), fraction)]
    }
  }

  /// Keys' cubic convolution kernel (1981).
  private static func cubic(_ distance: Float, a: Float) -> Float {
    let x = abs(distance)
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    if x < 2 { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
    return 0
  }
}
