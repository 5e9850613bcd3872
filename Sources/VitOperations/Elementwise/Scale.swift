/// Each column times a factor of its own, as layer scale (Touvron et al. 2021, CaiT, equation 8;
/// timm's `LayerScale`):
///
///     forward    y = x ⊙ s
///     backward   ∂x = ∂y ⊙ s,   ∂s = Σ over rows of ∂y ⊙ x
///
/// - Parameters:
///   - x: `[rows, width]`
///   - scale: `[width]`
/// - Returns: `[rows, width]`
package func scaled(_ x: Tensor, by scale: Tensor) -> Tensor {
  precondition(
    x.isMatrix && scale.shape == [x.width], "scale: rows \(x.shape) and factors \(scale.shape)")
  return Tensor((0..<x.count).map { x[$0] * scale[$0 % x.width] }, shape: x.shape)
    .recorded(as: "scale", from: [x, scale], backward: nil)
}

/// Every element times one fixed number:
///
///     forward    y = c x
///     backward   ∂x = c ∂y
package func scaled(_ x: Tensor, by factor: Float) -> Tensor {
  Tensor((0..<x.count).map { factor * x[$0] }, shape: x.shape)
    .recorded(as: "multiple", from: [x]) { [scaled($0, by: factor)] }
}
