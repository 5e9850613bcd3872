/// The product of two matrices (PyTorch's `torch.matmul`), which is also a layer whose weight is
/// stored `[inputs, outputs]`, as the projections of OpenAI's CLIP are:
///
///     forward    y = x W
///     backward   ∂x = ∂y Wᵀ,   ∂W = xᵀ ∂y
///
/// - Parameters:
///   - x: `[rows, inputs]`
///   - weight: `[inputs, outputs]`
/// - Returns: `[rows, outputs]`
package func matrixProduct(_ x: Tensor, _ weight: Tensor) -> Tensor {
  precondition(
    x.isMatrix && weight.isMatrix && x.width == weight.rowCount,
    "matrix product: \(x.shape) and \(weight.shape) do not fit")
  let y = Tensor(rows: x.rowCount, width: weight.width) { row, y in
    var sums = [Double](repeating: 0, count: y.count)
    for input in 0..<x.width {
      add(weight, row: input, times: x[row * x.width + input], to: &sums)
    }
    for output in y.indices { y[output] = Float(sums[output]) }
  }
  return y.recorded(as: "matrix product", from: [x, weight]) { gradient in
    matrixProductBackward(gradient, x: x, weight: weight)
  }
}

private func matrixProductBackward(_ gradient: Tensor, x: Tensor, weight: Tensor) -> [Tensor?] {
  [linear(gradient, weight: weight, bias: nil), transposedProduct(x, gradient)]
}

/// aᵀ b, the sum over rows of their outer products, as gradients of weights are: not recorded.
///
/// - Parameters:
///   - a: `[rows, m]`
///   - b: `[rows, n]`
/// - Returns: `[m, n]`
func transposedProduct(_ a: Tensor, _ b: Tensor) -> Tensor {
  precondition(
    a.isMatrix && b.isMatrix && a.rowCount == b.rowCount,
    "transposed product: \(a.shape) and \(b.shape) differ in rows")
  return Tensor(rows: a.width, width: b.width) { column, output in
    var sums = [Double](repeating: 0, count: output.count)
    for row in 0..<a.rowCount {
      add(b, row: row, times: a[row * a.width + column], to: &sums)
    }
    for index in output.indices { output[index] = Float(sums[index]) }
  }
}

/// The sum of a matrix's rows, `[rows, width]` to `[width]`: not recorded.
func columnSums(_ x: Tensor) -> Tensor {
  var sums = [Double](repeating: 0, count: x.width)
  for row in 0..<x.rowCount { add(x, row: row, times: 1, to: &sums) }
  return Tensor(sums.map { Float($0) }, shape: [x.width])
}

private func add(_ x: Tensor, row: Int, times factor: Float, to sums: inout [Double]) {
  x.withPointer { x in
    let x = x + row * sums.count
    for column in sums.indices { sums[column] += Double(factor) * Double(x[column]) }
  }
}
