import VitTensor

/// What stands between a pooled vector and an embedding: `ViTModel`'s pooler, CLIP's projection, or
/// the small MLP of OpenCLIP's timm towers.
package struct ProjectionHead: Sendable {
  /// Applied in order; at least one.
  let layers: [(linear: Linear, activation: Activation)]

  package var outputSize: Int { layers[layers.count - 1].linear.outputSize }

  package func apply(_ pooled: [Float]) -> [Float] {
    layers.reduce(pooled) { $1.linear.apply($0, activation: $1.activation) }
  }
}
