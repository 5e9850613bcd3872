/// A tensor of a checkpoint, without its numbers.
package struct TensorInfo: Sendable, Equatable {
  package let name: String
  /// Empty for a scalar.
  package let shape: [Int]
  package let dataType: DataType
  package var elementCount: Int { shape.reduce(1, *) }
}
