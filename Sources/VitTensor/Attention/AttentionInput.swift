import CKernels

/// The queries, the keys or the values of an attention: rows that hold its heads one after another,
/// in memory that may hold more beside them.
///
/// The memory is borrowed: whoever makes the view keeps it alive while it is used.
package struct AttentionInput {
  /// The first element of the first row.
  package let pointer: UnsafeRawPointer
  /// float32 or bfloat16.
  package let type: Precision
  /// Elements from row to row.
  package let stride: Int

  package init(_ pointer: UnsafeRawPointer, _ type: Precision, stride: Int) {
    precondition(type != .int8 && stride >= 0)
    self.pointer = pointer
    self.type = type
    self.stride = stride
  }

  /// Rows of `stride` elements, of which those from `column` on are meant.
  package init(_ rows: Rows, stride: Int, column: Int) {
    self.init(rows.advanced(by: column).pointer, rows.type, stride: stride)
  }

  var kernel: vit_attention_input { vit_attention_input(first: pointer, stride: stride) }
}
