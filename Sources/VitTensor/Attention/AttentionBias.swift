import CKernels

/// What an attention adds to its scaled scores before the softmax, such as the weights of relative
/// positions: for query i and key j of any sequence, both counted from the sequence's start,
///
///     pointer[head · headStride + i · queryStride + j]
///
/// -∞ hides a key from a query; where it hides all, the result is NaN. A stride of 0 gives the heads,
/// or the queries, the same numbers. The memory is borrowed.
package struct AttentionBias {
  package let pointer: UnsafePointer<Float>
  /// Elements from head to head.
  package let headStride: Int
  /// Elements from query to query.
  package let queryStride: Int

  package init(_ pointer: UnsafePointer<Float>, headStride: Int, queryStride: Int) {
    precondition(headStride >= 0 && queryStride >= 0)
    self.pointer = pointer
    self.headStride = headStride
    self.queryStride = queryStride
  }

  var kernel: vit_attention_bias {
    vit_attention_bias(first: pointer, head_stride: headStride, query_stride: queryStride)
  }
}
