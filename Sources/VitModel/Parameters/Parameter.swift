/// Where one array of a model's formula lies: a tensor of the checkpoint's layout, or rows of one.
///
/// Layouts that keep query, key and value in one matrix give three parameters of one name.
package struct Parameter: Sendable, Hashable {
  /// Of the tensor, as the layout spells it.
  package let name: String
  /// Of the whole tensor, as the layout has it.
  package let storedShape: [Int]
  /// Of the first axis of the stored shape; `0..<1` for a scalar.
  package let rows: Range<Int>
  /// As the formula reads it; as many elements as `rows` hold.
  package let shape: [Int]

  /// A whole tensor.
  package init(name: String, storedShape: [Int], shape: [Int]) {
    self.init(
      name: name, storedShape: storedShape, rows: 0..<(storedShape.first ?? 1), shape: shape)
  }

  package init(name: String, storedShape: [Int], rows: Range<Int>, shape: [Int]) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= storedShape.first ?? 1)
    precondition(rows.count * storedShape.dropFirst().reduce(1, *) == shape.reduce(1, *))
    self.name = name
    self.storedShape = storedShape
    self.rows = rows
    self.shape = shape
  }

  package var count: Int { shape.reduce(1, *) }

  /// The elements of the whole tensor, in row-major order, that are this parameter's.
  package var elements: Range<Int> {
    let rowSize = storedShape.dropFirst().reduce(1, *)
    return rows.lowerBound * rowSize..<rows.upperBound * rowSize
  }
}
