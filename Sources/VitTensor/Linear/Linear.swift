import CKernels

/// y = f(x Wᵀ + b) + r: PyTorch's `nn.Linear` followed by an activation and a residual sum.
///
/// The weight is packed once. Each element of the result is summed in one order that depends on
/// neither the number of rows nor the number of threads, and so are its bits.
package struct Linear: Sendable {
  package let inputSize: Int
  package let outputSize: Int
  package let precision: Precision

  private let packed: PackedWeight
  private let hasBias: Bool

  /// The most inputs whose 8-bit products, at most 255 · 127 each, are sure to fit 32 bits. Larger
  /// layers are computed in bfloat16 instead.
  static let largestInt8InputSize = Int(Int32.max) / (255 * 127) / 4 * 4

  /// - Parameters:
  ///   - weight: `[outputSize, inputSize]`, row-major; copied.
  ///   - bias: `[outputSize]`, or nil for none; copied.
  package init(
    weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, outputSize: Int, inputSize: Int,
    precision: Precision
  ) {
    self.init(
      weight: weight, bias: bias, outputSize: outputSize, inputSize: inputSize,
      precision: precision, kernels: vit_kernels_active())
  }

  init(
    weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, outputSize: Int, inputSize: Int,
    precision: Precision, kernels: UnsafePointer<vit_kernels>
  ) {
    precondition(outputSize >= 0 && inputSize >= 0)
    self.inputSize = inputSize
    self.outputSize = outputSize
    self.precision =
      precision == .int8 && inputSize > Self.largestInt8InputSize ? .bfloat16 : precision
    hasBias = bias != nil
    packed = PackedWeight(
      weight: weight, bias: bias, outputSize: outputSize, inputSize: inputSize,
      precision: self.precision, kernels: kernels)
  }

  /// - Parameters:
  ///   - input: `[rows, inputSize]`.
  ///   - output: `[rows, outputSize]`; must not overlap the input.
  ///   - residual: `[rows, outputSize]`, added after the activation; may be the output itself.
  package func apply(
    _ input: UnsafePointer<Float>, rows: Int, to output: UnsafeMutablePointer<Float>,
    activation: Activation = .identity, residual: UnsafePointer<Float>? = nil
  ) {
    precondition(rows >= 0)
    vit_linear_apply(packed.linear, input, rows, output, activation.kernel, residual)
  }

  /// Bytes of the packed weight.
  package var packedBytes: Int { packed.linear.pointee.bytes }

  /// Weights and biases as the model counts them.
  package var parameterCount: Int { outputSize * inputSize + (hasBias ? outputSize : 0) }
}
