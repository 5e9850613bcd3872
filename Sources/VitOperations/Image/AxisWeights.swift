/// A fixed matrix `[outputs, inputs]` with few weights a row, which resizes one axis of a tensor.
struct AxisWeights: Sendable {
  /// What an output reads of one input.
  typealias Tap = (input: Int, weight: Float)

  let inputSize: Int
  /// Of each output; an input may occur twice.
  let taps: [[Tap]]

  /// The matrix `[inputs, outputs]`.
  var transposed: AxisWeights {
    var transposed = [[Tap]](repeating: [], count: inputSize)
    for (output, taps) in taps.enumerated() {
      for tap in taps { transposed[tap.input].append((output, tap.weight)) }
    }
    return AxisWeights(inputSize: taps.count, taps: transposed)
  }

  /// Resizes the middle axis of `[outer, inputSize, inner]`, in float32.
  func applied(to x: Tensor, outer: Int, inner: Int) -> Tensor {
    Tensor(rows: outer * taps.count, width: inner) { row, output in
      let (group, position) = row.quotientAndRemainder(dividingBy: taps.count)
      for tap in taps[position] {
        let first = (group * inputSize + tap.input) * inner
        for index in 0..<inner { output[index] += tap.weight * x[first + index] }
      }
    }
  }
}
