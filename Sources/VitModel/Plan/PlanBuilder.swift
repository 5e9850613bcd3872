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
  /// Memory that the next layer gets again: fresh memory for every weight would cost more than
  /// copying it.
  private var scratch = FloatBuffer(count: 0)
  private var rearranged = FloatBuffer(count: 0)

  init(_ parameters: Parameters, precision: Precision) {
    self.parameters = parameters
    self.precision = precision
  }

  func norm(_ norm: NormParameters<Parameter>, _ form: NormForm) throws -> LayerNorm {
    switch form {
    case .layer(let epsilon):
      LayerNorm(
        weight: try parameters.values(norm.weight), bias: try parameters.values(norm.bias),
        epsilon: epsilon)
    }
  }

  /// - Parameters:
  ///   - scale: `[output]`, multiplied into the rows and the bias: layer scale folded into the layer
  ///     before it.
  ///   - precision: nil for that of the plan.
  func linear(
    _ layer: LinearParameters<Parameter>, scale: Parameter? = nil, precision: Precision? = nil
  ) throws -> Linear {
    try joined([layer], scale: scale, precision: precision)
  }

  /// Layers of the same input as one, their outputs one after another.
  func joined(
    _ layers: [LinearParameters<Parameter>], scale: Parameter? = nil, precision: Precision? = nil
  ) throws -> Linear {
    let weights = layers.map(\.weight)
    let input = layers[0].inputSize
    let output = layers.reduce(0) { $0 + $1.outputSize }
    let precision = precision ?? self.precision
    let factors = try scale.map { try parameters.values($0) }
    var bias = layers[0].bias == nil ? nil : try layers.flatMap { try parameters.values($0.bias!) }
    if let factors, let unscaled = bias { bias = zip(unscaled, factors).map { $0 * $1 } }

    let linear: Linear
    if let packed = try packed(weights, output: output, input: input, precision: precision) {
      linear = bias.withPointer {
        Linear(packed: packed, owner: parameters.checkpoint, bias: $0)
      }
    } else {
      linear = try parameters.withFloat32(weights, scratch: &scratch) { numbers in
        var numbers = numbers
        if layers[0].isTransposed { numbers = transpose(numbers, rows: input, columns: output) }
        if let factors { numbers = scaled(numbers, by: factors, columns: input) }
        return bias.withPointer {
          Linear(
            weight: numbers, bias: $0, outputSize: output, inputSize: input, precision: precision)
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

  private func transpose(
    _ numbers: UnsafePointer<Float>, rows: Int, columns: Int
  ) -> UnsafePointer<Float> {
    let result = room(rows * columns)
    for row in 0..<rows {
      for column in 0..<columns { result[column * rows + row] = numbers[row * columns + column] }
    }
    return UnsafePointer(result)
  }

  private func scaled(
    _ numbers: UnsafePointer<Float>, by factors: [Float], columns: Int
  ) -> UnsafePointer<Float> {
    let result = room(factors.count * columns)
    for (row, factor) in factors.enumerated() {
      for column in row * columns..<(row + 1) * columns {
        result[column] = numbers[column] * factor
      }
    }
    return UnsafePointer(result)
  }

  private func room(_ count: Int) -> UnsafeMutablePointer<Float> {
    if rearranged.count < count { rearranged = FloatBuffer(count: count) }
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
