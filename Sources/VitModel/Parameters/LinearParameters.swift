/// The arrays of a linear layer, y = x Wᵀ + b.
///
/// Generic over what stands for an array, as all parameter trees are: `Parameter` says where it lies,
/// `Tensor` holds its numbers.
package struct LinearParameters<Array: Sendable>: Sendable {
  /// `[output, input]`; `[input, output]` where the layout stores Wᵀ (`isTransposed`).
  package var weight: Array
  /// `[output]`
  package var bias: Array?
  /// CLIP's projections are stored as `[input, output]` and applied as x · W.
  package var isTransposed = false

  package func map<Other>(
    _ transform: (Array) throws -> Other
  ) rethrows -> LinearParameters<Other> {
    LinearParameters<Other>(
      weight: try transform(weight), bias: try bias.map(transform), isTransposed: isTransposed)
  }
}

extension LinearParameters<Parameter> {
  package var outputSize: Int { weight.shape[isTransposed ? 1 : 0] }
  package var inputSize: Int { weight.shape[isTransposed ? 0 : 1] }
}

/// The arrays of a layer norm, both `[size]`.
package struct NormParameters<Array: Sendable>: Sendable {
  package var weight: Array
  package var bias: Array

  package func map<Other>(_ transform: (Array) throws -> Other) rethrows -> NormParameters<Other> {
    NormParameters<Other>(weight: try transform(weight), bias: try transform(bias))
  }
}
