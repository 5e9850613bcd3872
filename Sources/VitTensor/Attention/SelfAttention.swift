import CKernels

/// softmax(s Q Kᵀ) V for each head, with s = headSize^-½ (Vaswani et al. 2017).
///
/// A row's result does not depend on the other sequences or the number of threads.
package struct SelfAttention: Sendable {
  package let heads: Int
  package let headSize: Int
  /// Whether a token sees only itself and those before it.
  package let causal: Bool
  /// Of the two products: int8 stands for bfloat16, as quantising scores costs more than it saves.
  package let precision: Precision

  package init(heads: Int, headSize: Int, causal: Bool, precision: Precision) {
    precondition(heads >= 0 && headSize >= 0)
    self.heads = heads
    self.headSize = headSize
    self.causal = causal
    self.precision = precision == .float32 ? .float32 : .bfloat16
  }

  package var width: Int { heads * headSize }

  /// - Parameters:
  ///   - qkv: `[rows, 3 · width]` in `precision`: queries, keys and values, heads after each other
  ///     in each.
  ///   - offsets: Sequence i is the rows `offsets[i]..<offsets[i + 1]`; ascending.
  ///   - output: `[rows, width]`; must not overlap the input.
  package func apply(_ qkv: Rows, offsets: [Int], to output: Rows) {
    apply(qkv, offsets: offsets, to: output, kernels: vit_kernels_active())
  }

  func apply(
    _ qkv: Rows, offsets: [Int], to output: Rows, kernels: UnsafePointer<vit_kernels>
  ) {
    guard offsets.count > 1 else { return }
    precondition(qkv.type == precision)
    precondition(zip(offsets, offsets.dropFirst()).allSatisfy { 0 <= $0 && $0 <= $1 })
    offsets.withUnsafeBufferPointer { offsets in
      vit_attention(
        kernels, precision.kernel, qkv.pointer, offsets.baseAddress, offsets.count - 1, heads,
        headSize, causal ? 1 : 0, output.type.kernel, output.pointer)
    }
  }
}
