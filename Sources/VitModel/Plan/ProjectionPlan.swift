import VitTensor

/// What stands between a pooled vector and an embedding: `ViTModel`'s pooler, CLIP's projection, or
/// the small MLP of OpenCLIP's timm towers.
package struct ProjectionPlan: Sendable {
  /// Applied in order; at least one.
  let layers: [(linear: Linear, activation: Activation)]

  package var outputSize: Int { layers[layers.count - 1].linear.outputSize }

  /// - Parameter pooled: `[rows, input size]`
  /// - Returns: `[rows, outputSize]`
  package func apply(_ pooled: [Float]) -> [Float] {
    layers.reduce(pooled) { $1.linear.apply($0, activation: $1.activation) }
  }
}

extension Linear {
  /// All rows of an array.
  func apply(_ input: [Float], activation: Activation = .identity) -> [Float] {
    let rows = input.count / inputSize
    var output = [Float](repeating: 0, count: rows * outputSize)
    input.withUnsafeBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        apply(
          source.baseAddress!, rows: rows, to: target.baseAddress!, activation: activation)
      }
    }
    return output
  }
}
