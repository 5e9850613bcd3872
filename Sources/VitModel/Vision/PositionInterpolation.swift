/// How a table of position embeddings is resized to another grid of patches.
///
/// Both are torch's bicubic with `align_corners=False`; they differ in kernel and edge rule, which
/// shows in the third decimal of an embedding.
package enum PositionInterpolation: Sendable, Equatable {
  /// `antialias=False`: cubic kernel with A = -0.75, four taps, indices clamped to the edge
  /// (transformers, `interpolate_pos_encoding`).
  case bicubic
  /// `antialias=True`: A = -0.5, support widened by the reduction, weights renormalised (timm's
  /// `resample_abs_pos_embed`, OpenCLIP's `resize_pos_embed`).
  case bicubicAntialiased

  /// The taps of one axis: for each output position the first source index and its weights.
  private func taps(from source: Int, to target: Int) -> [(indices: [Int], weights: [Float])] {
    let scale = Float(source) / Float(target)
    return (0..<target).map { output in
      let center = scale * (Float(output) + 0.5)
      switch self {
      case .bicubic:
        let position = center - 0.5
        let base = Int(position.rounded(.down))
        let fraction = position - Float(base)
        let weights = [fraction + 1, fraction, 1 - fraction, 2 - fraction].map {
          Self.cubic($0, a: -0.75)
        }
        let indices = (base - 1...base + 2).map { min(max($0, 0), source - 1) }
        return (indices, weights)
      case .bicubicAntialiased:
        let stretch = max(scale, 1)
        let support = 2 * stretch
        let first = max(Int(center - support + 0.5), 0)
        let last = min(Int(center + support + 0.5), source)
        var weights = (first..<last).map {
          Self.cubic((Float($0) - center + 0.5) / stretch, a: -0.5)
        }
        let sum = weights.reduce(0, +)
        if sum != 0 { weights = weights.map { $0 / sum } }
        return (Array(first..<last), weights)
      }
    }
  }

  /// Keys' cubic convolution kernel (1981).
  private static func cubic(_ distance: Float, a: Float) -> Float {
    let x = abs(distance)
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    if x < 2 { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
    return 0
  }

  /// Resizes `[sourceHeight · sourceWidth, width]` to `[targetHeight · targetWidth, width]`.
  package func resize(
    _ table: [Float], width: Int, from source: (height: Int, width: Int),
    to target: (height: Int, width: Int)
  ) -> [Float] {
    let columns = taps(from: source.width, to: target.width)
    let rows = taps(from: source.height, to: target.height)
    var horizontal = [Float](repeating: 0, count: source.height * target.width * width)
    for y in 0..<source.height {
      for (x, tap) in columns.enumerated() {
        for (index, weight) in zip(tap.indices, tap.weights) {
          let from = (y * source.width + index) * width
          let to = (y * target.width + x) * width
          for channel in 0..<width { horizontal[to + channel] += weight * table[from + channel] }
        }
      }
    }
    var result = [Float](repeating: 0, count: target.height * target.width * width)
    for (y, tap) in rows.enumerated() {
      for (index, weight) in zip(tap.indices, tap.weights) {
        let from = index * target.width * width
        let to = y * target.width * width
        for element in 0..<target.width * width {
          result[to + element] += weight * horizontal[from + element]
        }
      }
    }
    return result
  }
}
