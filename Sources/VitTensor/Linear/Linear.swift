import CKernels
import VitSystem

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

  /// The precision that a layer of so many inputs has where `precision` is asked for.
  package static func precision(_ precision: Precision, inputSize: Int) -> Precision {
    precision == .int8 && inputSize > largestInt8InputSize ? .bfloat16 : precision
  }

  /// - Parameters:
  ///   - weight: `[outputSize, inputSize]`, row-major; copied.
  ///   - bias: `[outputSize]`, or nil for none; copied.
  package init(
    weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, outputSize: Int, inputSize: Int,
    precision: Precision
  ) throws(OutOfMemory) {
    try self.init(
      weight: weight, bias: bias, outputSize: outputSize, inputSize: inputSize,
      precision: precision, kernels: vit_kernels_active())
  }

  init(
    weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, outputSize: Int, inputSize: Int,
    precision: Precision, kernels: UnsafePointer<vit_kernels>
  ) throws(OutOfMemory) {
    precondition(outputSize >= 0 && inputSize >= 0)
    self.inputSize = inputSize
    self.outputSize = outputSize
    self.precision = Self.precision(precision, inputSize: inputSize)
    hasBias = bias != nil
    packed = try PackedWeight(
      weight: weight, bias: bias, outputSize: outputSize, inputSize: inputSize,
      precision: self.precision, kernels: kernels)
  }

  /// A layer that was packed before, as from a mapped file.
  ///
  /// - Parameters:
  ///   - packed: Used in place where the kernels in use read its layout and its bytes are 64-byte
  ///     aligned, else copied.
  ///   - owner: Keeps the bytes alive; held as long as the layer.
  ///   - bias: `[outputSize]`, or nil for none; copied.
  package init(
    packed: PackedLayer, owner: AnyObject?, bias: UnsafePointer<Float>?
  ) throws(OutOfMemory) {
    try self.init(packed: packed, owner: owner, bias: bias, kernels: vit_kernels_active())
  }

  init(
    packed layer: PackedLayer, owner: AnyObject?, bias: UnsafePointer<Float>?,
    kernels: UnsafePointer<vit_kernels>
  ) throws(OutOfMemory) {
    inputSize = layer.inputSize
    outputSize = layer.outputSize
    precision = layer.precision
    hasBias = bias != nil
    packed = try PackedWeight(packed: layer, owner: owner, bias: bias, kernels: kernels)
  }

  /// Calls `body` with the packed bytes, which are valid until it returns.
  package func withPackedLayer<Result, Failure: Error>(
    _ body: (PackedLayer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let linear = packed.linear.pointee
    let isInt8 = precision == .int8
    let layer = PackedLayer(
      precision: precision, outputSize: outputSize, inputSize: inputSize,
      layout: PackedLayer.Layout(
        panel: linear.kernels.pointee.panel, vector: linear.kernels.pointee.vector),
      bytes: UnsafeRawBufferPointer(start: linear.weights, count: linear.bytes),
      scales: isInt8
        ? Array(UnsafeBufferPointer(start: linear.column_scale, count: outputSize)) : [],
      sums: isInt8 ? Array(UnsafeBufferPointer(start: linear.column_sum, count: outputSize)) : [])
    guard let layer else { preconditionFailure("a packed layer has the size of its weight") }
    defer { withExtendedLifetime(packed) {} }
    return try body(layer)
  }

  /// - Parameters:
  ///   - input: `[rows, inputSize]`; bfloat16 for a layer in bfloat16 without a norm.
  ///   - norm: Applied to the input's rows first, with the same result as applied on its own.
  ///   - output: `[rows, outputSize]`; must not overlap the input; bfloat16 without a residual.
  ///   - residual: `[rows, outputSize]`, added after the activation; may be the output itself.
  ///   - outputs: The columns of the result that are needed; nil for all. Others may be written too.
  ///   - period: Where given, the same columns are needed again every so many, and the range lies
  ///     within one period; a multiple of `Summing.multiple`, unless the range is a whole period.
  ///   - summing: Other than `oneChain` for a layer that is not in int8; one half alone without norm,
  ///     activation and residual.
  ///   - next: The layer that will be applied after this one: its weights are fetched into cache
  ///     towards the end.
  package func apply(
    _ input: Rows, rows: Int, norm: LayerNorm? = nil, to output: Rows,
    activation: Activation = .identity, residual: UnsafePointer<Float>? = nil,
    outputs: Range<Int>? = nil, period: Int? = nil, summing: Summing = .oneChain, next: Next? = nil
  ) {
    precondition(rows >= 0)
    var outputs = outputs ?? 0..<outputSize
    precondition(outputs.lowerBound >= 0 && outputs.upperBound <= outputSize)
    precondition(input.type == .float32 || (precision == .bfloat16 && norm == nil))
    precondition(output.type == .float32 || residual == nil)
    var period = period
    if let whole = period, outputs.count == whole {
      outputs = outputs.lowerBound..<outputSize
      period = nil
    } else if let period {
      precondition(period % Summing.multiple == 0 && outputSize % period == 0)
      precondition(outputs.lowerBound % period + outputs.count <= period)
    }
    switch summing {
    case .oneChain: break
    case .bothHalves: precondition(inputSize % Summing.multiple == 0 && precision != .int8)
    case .firstHalf, .secondHalf:
      precondition(inputSize % Summing.multiple == 0 && outputSize % Summing.multiple == 0)
      precondition(precision != .int8 && norm == nil && output.type == .float32)
    }
    var application = vit_application(
      rows: rows, input: input.pointer, input_type: input.type.kernel, norm: nil,
      activation: activation.kernel, residual: residual, out: output.pointer,
      out_type: output.type.kernel, first_output: outputs.lowerBound,
      end_output: outputs.upperBound, period: period ?? 0, summing: summing.kernel,
      next: next.map { UnsafePointer($0.linear.packed.linear) },
      next_output: next?.firstOutput ?? 0,
      next_summing: (next?.summing ?? .oneChain).kernel)
    guard let norm else {
      vit_linear_apply(packed.linear, &application)
      return
    }
    precondition(norm.size == inputSize)
    norm.withKernel {
      application.norm = $0
      vit_linear_apply(packed.linear, &application)
    }
  }

  /// What will be applied after a layer, and what of it.
  package struct Next {
    let linear: Linear
    let firstOutput: Int
    let summing: Summing

    package init(_ linear: Linear, firstOutput: Int = 0, summing: Summing = .oneChain) {
      self.linear = linear
      self.firstOutput = firstOutput
      self.summing = summing
    }
  }

  /// `output` = `first` + `second` + b + `residual`, of the sums that the two halves left.
  ///
  /// All are `[rows, outputSize]`; the output may be the residual. Works in the calling thread.
  package func addHalves(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, rows: Int,
    residual: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>
  ) {
    precondition(rows >= 0)
    vit_linear_add_halves(packed.linear, rows, first, second, residual, output)
  }

  /// The same in float32.
  package func apply(
    _ input: UnsafePointer<Float>, rows: Int, to output: UnsafeMutablePointer<Float>,
    activation: Activation = .identity, residual: UnsafePointer<Float>? = nil
  ) {
    apply(
      Rows(input), rows: rows, to: Rows(output), activation: activation, residual: residual)
  }

  /// Bytes of the packed weight.
  package var packedBytes: Int { packed.linear.pointee.bytes }

  /// Whether the packed weight lies in memory that was handed in.
  package var isBorrowed: Bool { packed.linear.pointee.owned == nil }

  /// Weights and biases as the model counts them.
  package var parameterCount: Int { outputSize * inputSize + (hasBias ? outputSize : 0) }
}
