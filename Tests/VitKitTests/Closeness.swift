import Testing

/// `max|a − b| ≤ 1e-4 · max|b|`, the bar of every intermediate.
func expectClose(_ values: [Float], _ reference: [Float], _ name: String) {
  #expect(values.count == reference.count, "\(name)")
  let difference = zip(values, reference).map { abs($0 - $1) }.max() ?? .infinity
  let scale = reference.map { abs($0) }.max() ?? 0
  #expect(difference <= 1e-4 * scale, "\(name): \(difference) of \(scale)")
}

func cosine(_ a: [Float], _ b: [Float]) -> Float {
  let dot = zip(a, b).map(*).reduce(0, +)
  func length(_ v: [Float]) -> Float { v.map { $0 * $0 }.reduce(0, +).squareRoot() }
  return dot / (length(a) * length(b))
}
