import VitCheckpoint
import VitSystem
import VitTensor

/// Packs parameters for the kernels, and remembers what each packed layer was made of.
final class PlanBuilder {
  /// A linear layer and what it was made of.
  struct Layer {
    /// The name of its weight, of the first where several were joined.
    let name: String
    /// The names of its weights.
    let weights: Set<ExactString>
    /// As the layout has the weight, or would have the joined ones.
    let shape: [Int]
    let linear: Linear
  }

  let parameters: Parameters
  let precision: Precision
  private(set) var layers: [Layer] = []
  /// Tensors that are no packed layer's weight and of which the plan has other numbers than the
  /// checkpoint, row-major: what belongs to layers whose channels were balanced.
  private(set) var changed = ExactDictionary<[Float]>()
  /// Memory that the next layer gets again: fresh memory for every weight would cost more than
  /// copying it.
  private var scratch: FloatBuffer
  private var rearranged: FloatBuffer

  init(_ parameters: Parameters, precision: Precision) throws {
    self.parameters = parameters
    self.precision = precision
    scratch = try FloatBuffer(count: 0)
    rearranged = try FloatBuffer(count: 0)
  }

  /// - Parameter divisors: `[size]`, of weight and bias, as `balance` finds them.
  func norm(
    _ norm: NormParameters<Parameter>, _ form: NormForm, dividedBy divisors: [Float]? = nil
  ) throws -> LayerNorm {
    switch form {
    case .layer(let epsilon):
      return LayerNorm(
        weight: try values(norm.weight, dividedBy: divisors),
        bias: try values(norm.bias, dividedBy: divisors), epsilon: epsilon)
    }
  }

  /// - Parameters:
  ///   - rows: `[output]`, multiplied into the weight's rows and the bias: layer scale folded into the
  ///     layer before it.
  ///   - columns: `[input]`, multiplied into the weight's columns.
  ///   - precision: nil for that of the plan.
  func linear(
    _ layer: LinearParameters<Parameter>, rows: [Float]? = nil, columns: [Float]? = nil,
    precision: Precision? = nil
  ) throws -> Linear {
    try joined([layer], rows: rows, columns: columns, precision: precision)
  }

  /// Layers of the same input as one, their outputs one after another.
  func joined(
    _ layers: [LinearParameters<Parameter>], rows: [Float]? = nil, columns: [Float]? = nil,
    precision: Precision? = nil
  ) throws -> Linear {
    let weights = layers.map(\.weight)
    let input = layers[0].inputSize
    let output = layers.reduce(0) { $0 + $1.outputSize }
    let precision = precision ?? self.precision
    var bias = layers[0].bias == nil ? nil : try layers.flatMap { try parameters.values($0.bias!) }
    if let rows, let unscaled = bias { bias = zip(unscaled, rows).map { $0 * $1 } }

    let linear: Linear
    if let packed = try packed(weights, output: output, input: input, precision: precision) {
      linear = try bias.withPointer {
        try Linear(packed: packed, owner: parameters.checkpoint, bias: $0)
      }
    } else {
      linear = try withWeight(layers) { weight in
        let weight = try scaled(weight, rows: rows, columns: columns, output: output, input: input)
        return try bias.withPointer {
          try Linear(
            weight: weight, bias: $0, outputSize: output, inputSize: input, precision: precision)
        }
      }
    }
    let names = Set(weights.map { ExactString($0.name) })
    self.layers.append(
      Layer(
        name: weights[0].name, weights: names,
        shape: names.count > 1 ? [output, input] : weights[0].storedShape, linear: linear))
    return linear
  }

  /// The layer where it lies in a checkpoint that was converted, else nil.
  private func packed(
    _ weights: [Parameter], output: Int, input: Int, precision: Precision
  ) throws -> PackedLayer? {
    guard let checkpoint = parameters.mapped, let weight = weights.first,
      weights.contains(where: { checkpoint.isPacked($0.name) })
    else { return nil }
    guard weights.allSatisfy({ $0.name == weight.name }),
      weights.reduce(0, { $0 + $1.rows.count }) == weight.storedShape.first
    else {
      throw CheckpointError.badConversion(
        file: checkpoint.path, reason: "\(weight.name) is packed as a layer of its own")
    }
    return try checkpoint.packedLayer(
      weight.name, outputSize: output, inputSize: input,
      precision: Linear.precision(precision, inputSize: input))
  }

  /// Whether a layer is to be packed here, in int8.
  func packsInt8(_ layer: LinearParameters<Parameter>) -> Bool {
    Linear.precision(precision, inputSize: layer.inputSize) == .int8
      && parameters.mapped?.isPacked(layer.weight.name) != true
  }

  /// Calls `body` with the weights of layers of the same input, one after another, `[output, input]`.
  func withWeight<Result>(
    _ layers: [LinearParameters<Parameter>], _ body: (UnsafePointer<Float>) throws -> Result
  ) throws -> Result {
    try parameters.withFloat32(layers.map(\.weight), scratch: &scratch) { numbers in
      guard layers[0].isTransposed else { return try body(numbers) }
      return try body(
        try transpose(numbers, rows: layers[0].inputSize, columns: layers[0].outputSize))
    }
  }

  /// The numbers of a parameter, which are `changed` where there are divisors.
  @discardableResult
  func values(_ parameter: Parameter, dividedBy divisors: [Float]?) throws -> [Float] {
    guard let divisors else { return try parameters.values(parameter) }
    var whole =
      try changed[parameter.name]
      ?? parameters.values(
        Parameter(
          name: parameter.name, storedShape: parameter.storedShape, shape: parameter.storedShape))
    for (element, divisor) in zip(parameter.elements, divisors) { whole[element] /= divisor }
    changed[parameter.name] = whole
    return Array(whole[parameter.elements])
  }

  private func transpose(
    _ numbers: UnsafePointer<Float>, rows: Int, columns: Int
  ) throws -> UnsafePointer<Float> {
    let result = try room(rows * columns)
    for row in 0..<rows {
      for column in 0..<columns { result[column * rows + row] = numbers[row * columns + column] }
    }
    return UnsafePointer(result)
  }

  /// `output` rows of `input` numbers, which may lie in `rearranged`.
  private func scaled(
    _ numbers: UnsafePointer<Float>, rows: [Float]?, columns: [Float]?, output: Int, input: Int
  ) throws -> UnsafePointer<Float> {
    if rows == nil, columns == nil { return numbers }
    let result = try room(output * input)
    for row in 0..<output {
      for column in 0..<input {
        let index = row * input + column
        result[index] = numbers[index] * (rows?[row] ?? 1) * (columns?[column] ?? 1)
      }
    }
    return UnsafePointer(result)
  }

  private func room(_ count: Int) throws -> UnsafeMutablePointer<Float> {
    if rearranged.count < count { rearranged = try FloatBuffer(count: count) }
    return rearranged.pointer
  }
}

extension [Float]? {
  /// The numbers for the time of a call, or nil.
  fileprivate func withPointer<Result>(
    _ body: (UnsafePointer<Float>?) throws -> Result
  ) rethrows -> Result {
    guard let self else { return try body(nil) }
    return try self.withUnsafeBufferPointer { try body($0.baseAddress) }
  }
}

extension Parameters {
  /// The checkpoint, as long as the numbers are read from it.
  var mapped: Checkpoint? { if case .mapped(let checkpoint) = storage { checkpoint } else { nil } }
}
