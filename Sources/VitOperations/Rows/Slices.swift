extension Tensor {
  /// Some of the first axis: `[n, …]` to `[range.count, …]`, of the same storage.
  ///
  ///     forward    y = the rows of x in the range
  ///     backward   ∂x = ∂y in those rows, 0 in the others
  package func rows(_ range: Range<Int>) -> Tensor {
    precondition(
      !shape.isEmpty && range.lowerBound >= 0 && range.upperBound <= shape[0],
      "rows: \(range) of \(shape)")
    let rowSize = shape.dropFirst().reduce(1, *)
    return view(shape: [range.count] + shape.dropFirst(), skipping: range.lowerBound * rowSize)
      .recorded(as: "rows", from: [self]) { [shape] gradient in
        var values = [Float](repeating: 0, count: shape.reduce(1, *))
        let first = range.lowerBound * rowSize
        values.replaceSubrange(first..<first + gradient.count, with: gradient.values)
        return [Tensor(values, shape: shape)]
      }
  }

  /// Some columns of a matrix, as one of the three parts of fused queries, keys and values:
  /// `[rows, width]` to `[rows, range.count]`, copied.
  ///
  ///     forward    y = the columns of x in the range
  ///     backward   ∂x = ∂y in those columns, 0 in the others
  package func columns(_ range: Range<Int>) -> Tensor {
    precondition(
      isMatrix && range.lowerBound >= 0 && range.upperBound <= width,
      "columns: \(range) of \(shape)")
    let rowCount = rowCount
    let width = width
    return Tensor(rows: rowCount, width: range.count) { row, output in
      for column in range { output[column - range.lowerBound] = self[row * width + column] }
    }
    .recorded(as: "columns", from: [self]) { gradient in
      [
        Tensor(rows: rowCount, width: width) { row, output in
          for column in range {
            output[column] = gradient[row * range.count + column - range.lowerBound]
          }
        }
      ]
    }
  }

  /// The same elements in another shape of as many.
  ///
  ///     backward   ∂x = ∂y in the shape of x
  package func reshaped(_ shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "reshape: \(self.shape) to \(shape)")
    return view(shape: shape).recorded(as: "reshape", from: [self]) { [old = self.shape] in
      [$0.view(shape: old)]
    }
  }
}
