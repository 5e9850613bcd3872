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
  ///   - rows: What is computed of the result; nil for all of it.
  ///   - heads: As well.
  ///   - output: `[rows, width]`; must not overlap the input.
  package func apply(
    _ qkv: Rows, offsets: [Int], rows: Range<Int>? = nil, heads: Range<Int>? = nil,
    to output: Rows
  ) {
    apply(
      qkv, offsets: offsets, rows: rows, heads: heads, to: output, kernels: vit_kernels_active())
  }

  func apply(
    _ qkv: Rows, offsets: [Int], rows: Range<Int>?, heads wantedHeads: Range<Int>? = nil,
    to output: Rows, kernels: UnsafePointer<vit_kernels>
  ) {
    guard let total = offsets.last, offsets.count > 1 else { return }
    precondition(qkv.type == precision)
    precondition(zip(offsets, offsets.dropFirst()).allSatisfy { 0 <= $0 && $0 <= $1 })
    let wanted = rows ?? 0..<total
    precondition(wanted.lowerBound >= 0 && wanted.upperBound <= total)
    let wantedHeads = wantedHeads ?? 0..<heads
    guard !wantedHeads.isEmpty else { return }
    precondition(wantedHeads.lowerBound >= 0 && wantedHeads.upperBound <= heads)
    offsets.withUnsafeBufferPointer { offsets in
      var attention = vit_attention(
        precision: precision.kernel, qkv: qkv.pointer, offsets: offsets.baseAddress,
        sequences: offsets.count - 1, heads: heads, head_size: headSize, causal: causal ? 1 : 0,
        first_row: wanted.lowerBound, end_row: wanted.upperBound,
        first_head: wantedHeads.lowerBound, end_head: wantedHeads.upperBound,
        out_type: output.type.kernel,
        out: output.pointer)
      vit_attention_apply(kernels, &attention)
    }
  }
}
