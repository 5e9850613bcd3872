import CKernels

/// y = (x - mean) / √(variance + ε) · weight + bias over each row, as PyTorch's `nn.LayerNorm`.
package struct LayerNorm: Sendable {
  package let weight: [Float]
  package let bias: [Float]
  package let epsilon: Float

  package init(weight: [Float], bias: [Float], epsilon: Float) {
    precondition(weight.count == bias.count)
    self.weight = weight
    self.bias = bias
    self.epsilon = epsilon
  }

  package var size: Int { weight.count }

  /// - Parameters:
  ///   - input: `rows` rows of `size` elements, `inputStride` (or `size`) elements apart.
  ///   - output: `[rows, size]`; may be the input where that has no gaps.
  package func apply(
    _ input: UnsafePointer<Float>, rows: Int, inputStride: Int? = nil,
    to output: UnsafeMutablePointer<Float>
  ) {
    precondition(rows >= 0 && (inputStride ?? size) >= size)
    vit_layer_norm(
      vit_kernels_active(), input, rows, size, inputStride ?? size, weight, bias, epsilon, output)
  }

  func withKernel(_ body: (UnsafePointer<vit_norm>) -> Void) {
    weight.withUnsafeBufferPointer { weight in
      bias.withUnsafeBufferPointer { bias in
        var norm = vit_norm(
          weight: weight.baseAddress, bias: bias.baseAddress, epsilon: epsilon)
        body(&norm)
      }
    }
  }
}
