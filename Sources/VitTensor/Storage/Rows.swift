/// Rows of activations in memory that somebody else keeps, one after another without gaps.
///
/// bfloat16 is for what an operation in bfloat16 reads: rounded by the operation that writes it, it
/// is the same number at half the bytes.
package struct Rows {
  package let pointer: UnsafeMutableRawPointer
  /// float32 or bfloat16.
  package let type: Precision

  package init(_ pointer: UnsafeMutableRawPointer, _ type: Precision) {
    precondition(type != .int8)
    self.pointer = pointer
    self.type = type
  }

  package init(_ pointer: UnsafePointer<Float>) {
    self.init(UnsafeMutableRawPointer(mutating: pointer), .float32)
  }

  /// The rows after the first `count` elements.
  package func advanced(by count: Int) -> Rows { Rows(pointer + count * elementBytes, type) }

  /// Copies `count` elements from `source`, of the same type; the two may overlap.
  package func update(from source: Rows, count: Int) {
    precondition(source.type == type)
    pointer.copyMemory(from: source.pointer, byteCount: count * elementBytes)
  }

  private var elementBytes: Int { type == .float32 ? 4 : 2 }
}
