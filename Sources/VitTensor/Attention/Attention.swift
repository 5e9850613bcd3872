import CKernels

/// Scaled dot-product attention (Vaswani et al. 2017, equation 1), for each head:
///
///     softmax(scale · Q Kᵀ + bias) V
///
/// A row's result does not depend on the other sequences, on which rows are computed, or on the number
/// of threads.
package struct Attention: Sendable {
  package let heads: Int
  package let headSize: Int
  /// What scores are multiplied with: `headSize`^-½ as a rule; not negative.
  package let scale: Float
  /// Whether a query sees only the keys at its own position and before.
  package let causal: Bool
  /// Of the two products: int8 stands for bfloat16, as quantising scores costs more than it saves.
  package let precision: Precision

  package init(heads: Int, headSize: Int, scale: Float, causal: Bool, precision: Precision) {
    precondition(heads >= 0 && headSize >= 0 && scale >= 0)
    self.heads = heads
    self.headSize = headSize
    self.scale = scale
    self.causal = causal
    self.precision = precision == .float32 ? .float32 : .bfloat16
  }

  package var width: Int { heads * headSize }

  /// Attention of the queries of each sequence to its keys and values.
  ///
  /// - Parameters:
  ///   - queries: In `precision`, as are `keys` and `values`; of `width` elements a row.
  ///   - queryOffsets: Sequence i has the queries `queryOffsets[i]..<queryOffsets[i + 1]`; ascending.
  ///   - keyOffsets: As well for the keys and values, of which a sequence with queries has some.
  ///   - queryOffset: Query i of a sequence stands where its key `queryOffset + i` does, for the
  ///     causal mask, so that this key must exist; nil where the last query stands at the last key.
  ///   - rows: What is computed of the result; nil for all of it.
  ///   - heads: As well.
  ///   - output: `[queries, width]`; must not overlap the inputs.
  package func apply(
    queries: AttentionInput, keys: AttentionInput, values: AttentionInput,
    bias: AttentionBias? = nil, queryOffsets: [Int], keyOffsets: [Int], queryOffset: Int? = nil,
    rows: Range<Int>? = nil, heads: Range<Int>? = nil, to output: Rows
  ) {
    apply(
      queries: queries, keys: keys, values: values, bias: bias, queryOffsets: queryOffsets,
      keyOffsets: keyOffsets, queryOffset: queryOffset, rows: rows, heads: heads, to: output,
      kernels: vit_kernels_active())
  }

  /// Self-attention: queries, keys and values of each token lie side by side.
  ///
  /// - Parameter queriesKeysValues: `[rows, 3 · width]`, in `precision`.
  package func apply(
    _ queriesKeysValues: Rows, offsets: [Int], rows: Range<Int>? = nil, heads: Range<Int>? = nil,
    to output: Rows
  ) {
    func part(_ index: Int) -> AttentionInput {
      AttentionInput(queriesKeysValues, stride: 3 * width, column: index * width)
    }
    apply(
      queries: part(0), keys: part(1), values: part(2), queryOffsets: offsets, keyOffsets: offsets,
      rows: rows, heads: heads, to: output)
  }

  func apply(
    queries: AttentionInput, keys: AttentionInput, values: AttentionInput, bias: AttentionBias?,
    queryOffsets: [Int], keyOffsets: [Int], queryOffset: Int?, rows: Range<Int>?,
    heads wantedHeads: Range<Int>?, to output: Rows, kernels: UnsafePointer<vit_kernels>
  ) {
    precondition(queries.type == precision && keys.type == precision && values.type == precision)
    check(queryOffsets, keyOffsets, queryOffset)
    guard let total = queryOffsets.last, queryOffsets.count > 1 else { return }
    let wanted = rows ?? 0..<total
    precondition(wanted.lowerBound >= 0 && wanted.upperBound <= total)
    let wantedHeads = wantedHeads ?? 0..<heads
    guard !wantedHeads.isEmpty else { return }
    precondition(wantedHeads.lowerBound >= 0 && wantedHeads.upperBound <= heads)
    queryOffsets.withUnsafeBufferPointer { queryOffsets in
      keyOffsets.withUnsafeBufferPointer { keyOffsets in
        var attention = vit_attention(
          precision: precision.kernel, queries: queries.kernel, keys: keys.kernel,
          values: values.kernel, query_offsets: queryOffsets.baseAddress,
          key_offsets: keyOffsets.baseAddress, sequences: queryOffsets.count - 1, heads: heads,
          head_size: headSize, scale: scale, bias: bias?.kernel ?? vit_attention_bias(),
          causal: causal ? 1 : 0, query_offset: queryOffset ?? -1,
          first_row: wanted.lowerBound, end_row: wanted.upperBound,
          first_head: wantedHeads.lowerBound, end_head: wantedHeads.upperBound,
          out_type: output.type.kernel, out: output.pointer)
        vit_attention_apply(kernels, &attention)
      }
    }
  }

  /// What `apply` says of its offsets: the kernel would read outside of the inputs.
  private func check(_ queryOffsets: [Int], _ keyOffsets: [Int], _ queryOffset: Int?) {
    precondition(queryOffsets.count == keyOffsets.count)
    for i in queryOffsets.indices.dropLast() {
      precondition(0 <= queryOffsets[i] && 0 <= keyOffsets[i])
      let queries = queryOffsets[i + 1] - queryOffsets[i]
      let keys = keyOffsets[i + 1] - keyOffsets[i]
      precondition(queries >= 0 && keys >= 0 && (queries == 0 || keys > 0))
      guard causal else { continue }
      precondition(queryOffset ?? 0 >= 0 && queries + (queryOffset ?? 0) <= keys)
    }
  }
}
