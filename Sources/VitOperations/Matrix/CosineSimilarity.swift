/// The cosine of the angle between each row of one matrix and each row of another:
///
///     s = normalized(x) normalized(y)ᵀ
///
/// The logits of CLIP are a scale times these (Radford et al. 2021, figure 3).
///
/// - Parameters:
///   - x: `[rows, width]`
///   - y: `[columns, width]`
/// - Returns: `[rows, columns]`, in -1...1
package func cosineSimilarity(_ x: Tensor, _ y: Tensor) -> Tensor {
  linear(l2Normalized(x), weight: l2Normalized(y), bias: nil)
}
