/// A linear layer, applied to each row (PyTorch's `torch.nn.functional.linear`):
///
///     forward    y = x Wᵀ + b
///     backward   ∂x = ∂y W,   ∂W = ∂yᵀ x,   ∂b = Σ over rows of ∂y
///
/// Without a bias it is also the product x Yᵀ of two matrices, as of image and text vectors.
///
/// - Parameters:
///   - x: `[rows, inputs]`
///   - weight: `[outputs, inputs]`
///   - bias: `[outputs]`
/// - Returns: `[rows, outputs]`
package func linear(_ x: Tensor, weight: Tensor, bias: Tensor?) -> Tensor {
  precondition(
    x.isMatrix && weight.isMatrix && x.width == weight.width,
    "linear: rows \(x.shape) do not fit the weight \(weight.shape)")
  let inputs = weight.width
  let outputs = weight.rowCount
  precondition(
    bias == nil || bias?.shape == [outputs],
    "linear: the bias \(bias?.shape ?? []) does not fit the weight \(weight.shape)")
  let y = x.withPointer { rows in
    weight.withPointer { weight in
      Tensor(rows: x.rowCount, width: outputs) { row, y in
        for output in 0..<outputs {
          let product = dotProduct(
            rows + row * inputs, weight + output * inputs, count: inputs)
          y[output] = Float(product + Double(bias?[output] ?? 0))
        }
      }
    }
  }
  return y.recorded(as: "linear", from: [x, weight, bias]) { gradient in
    linearBackward(gradient, x: x, weight: weight, hasBias: bias != nil)
  }
}

private func linearBackward(
  _ gradient: Tensor, x: Tensor, weight: Tensor, hasBias: Bool
) -> [Tensor?] {
  [
    matrixProduct(gradient, weight),
    transposedProduct(gradient, x),
    hasBias ? columnSums(gradient) : nil,
  ]
}
