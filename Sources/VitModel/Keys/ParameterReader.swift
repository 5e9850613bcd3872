import VitCheckpoint
import VitSystem

/// Finds the parameters of a model in a checkpoint, by scope and by a family's key table
/// (`ImageTowerKeys`, `TextTowerKeys`): `reader.scope("visual").imageTower(keys, configuration)`.
///
/// No number is read: a parameter says where they lie. Scopes share what was found, so that
/// `finish` can say what was left over.
package final class ParameterReader {
  /// Nil where the reader declares parameters instead of finding them.
  private let found: Checkpoint?
  private let prefix: String
  private let record: Record

  private final class Record {
    var entries: ExactDictionary<Parameters.Entry> = [:]
  }

  /// Finds parameters in a checkpoint.
  package convenience init(_ checkpoint: Checkpoint) {
    self.init(found: checkpoint, prefix: "", record: Record())
  }

  /// Declares parameters: each that is asked for is there, with the shape that is expected. For
  /// models that begin with random numbers.
  package static func declaring() -> ParameterReader {
    ParameterReader(found: nil, prefix: "", record: Record())
  }

  private init(found: Checkpoint?, prefix: String, record: Record) {
    self.found = found
    self.prefix = prefix
    self.record = record
  }

  package func scope(_ name: String) -> ParameterReader {
    ParameterReader(found: found, prefix: "\(prefix)\(name).", record: record)
  }

  /// The name in the file of what this scope calls `name`.
  package func fullName(_ name: String) -> String { prefix + name }

  /// How messages name the file.
  package var path: String { found?.path ?? "a new model" }

  package func contains(_ name: String) -> Bool { shape(of: name) != nil }

  /// Whether the name of any tensor begins so.
  package func contains(anyWithPrefix start: String) -> Bool {
    found?.names.contains { $0.beginsExactly(prefix + start) } ?? false
  }

  /// Of a packed weight the shape that it had in the original; nil where there is no such tensor.
  package func shape(of name: String) -> [Int]? { found?.shape(of: prefix + name) }

  /// Whether it is a weight that a conversion packed.
  package func isPacked(_ name: String) -> Bool { found?.isPacked(prefix + name) ?? false }

  /// As `shape(of:)`, of a tensor that must be there.
  package func requiredShape(of name: String) throws(CheckpointError) -> [Int] {
    guard let shape = shape(of: name) else { throw missing(name) }
    return shape
  }

  /// The tensor `name`, which must have this shape.
  ///
  /// - Parameters:
  ///   - formula: The shape that the formula reads where it is another of as many elements.
  ///   - isLayer: Whether it is the weight of a linear layer, which a conversion packs.
  ///   - isTransposed: Whether it is stored as `[input, output]`.
  package func parameter(
    _ name: String, _ shape: [Int], as formula: [Int]? = nil, isLayer: Bool = false,
    isTransposed: Bool = false
  ) throws(CheckpointError) -> Parameter {
    let stored = try expect(name, shape, isLayer: isLayer, isTransposed: isTransposed) {
      $0 == shape
    }
    return Parameter(name: prefix + name, storedShape: stored, shape: formula ?? shape)
  }

  /// A table of `rows` rows of `size`, or a vector where there is one row. Axes of size 1 before it
  /// do not matter: tokens are stored as `[d]`, `[1, d]` and `[1, 1, d]`.
  package func table(
    _ name: String, rows: Int, size: Int
  ) throws(CheckpointError) -> Parameter {
    let expected = rows == 1 ? [size] : [rows, size]
    let (flat, overflow) = rows.multipliedReportingOverflow(by: size)
    let stored = try expect(name, expected) { shape in
      var inner = shape[...]
      while inner.count > expected.count, inner.first == 1 { inner.removeFirst() }
      return !overflow
        && (inner.elementsEqual(expected)
          || (inner.last == size || size == flat) && inner.reduce(1, *) == flat)
    }
    return Parameter(name: prefix + name, storedShape: stored, shape: [rows, size])
  }

  /// A single number, stored as `[]` or with axes of size 1; nil where the file has none.
  package func scalar(_ name: String) throws(CheckpointError) -> Parameter? {
    guard let shape = shape(of: name), shape.allSatisfy({ $0 == 1 }) else { return nil }
    return try parameter(name, shape, as: [])
  }

  /// The linear layer `name.weight` `[output, input]`, `name.bias` `[output]`.
  package func linear(
    _ name: String, output: Int, input: Int, bias: Bool = true
  ) throws(CheckpointError) -> LinearParameters<Parameter> {
    guard output > 0, input > 0 else {
      throw mismatch(
        "\(name).weight", found: shape(of: "\(name).weight") ?? [],
        expected: [max(output, 1), max(input, 1)])
    }
    let bias = bias ? try parameter("\(name).bias", [output]) : nil
    return LinearParameters(
      weight: try parameter("\(name).weight", [output, input], isLayer: true), bias: bias)
  }

  /// As `linear`, with the file's number of outputs.
  package func linear(
    _ name: String, input: Int, bias: Bool = true
  ) throws(CheckpointError) -> LinearParameters<Parameter> {
    let output = try requiredShape(of: "\(name).weight").first ?? 0
    return try linear(name, output: output, input: input, bias: bias)
  }

  /// A layer without bias that the file stores as `[input, output]` and applies as x · W.
  package func transposedLinear(
    _ name: String, input: Int
  ) throws(CheckpointError) -> LinearParameters<Parameter> {
    let shape = try requiredShape(of: name)
    guard shape.count == 2, shape[0] == input, shape[1] > 0 else {
      throw mismatch(name, found: shape, expected: [input, -1])
    }
    return LinearParameters(
      weight: try parameter(name, shape, isLayer: true, isTransposed: true), bias: nil,
      isTransposed: true)
  }

  /// The layer norm `name.weight`, `name.bias`, both `[size]`.
  package func norm(_ name: String, size: Int) throws(CheckpointError) -> NormParameters<Parameter>
  {
    let weight = try parameter("\(name).weight", [size])
    record.entries[weight.name]?.startsAt = 1
    return NormParameters(weight: weight, bias: try parameter("\(name).bias", [size]))
  }

  /// One more than the highest number N of a tensor `stem` + `N.…`.
  package func countBlocks(_ stem: String) -> Int {
    let stem = prefix + stem
    var highest = -1
    for name in found?.names ?? [] where name.beginsExactly(stem) {
      let number = name.utf8.dropFirst(stem.utf8.count).prefix { $0 != UInt8(ascii: ".") }
      if number.count < 6, let index = Int(String(decoding: number, as: UTF8.self)), index < 1 << 16
      {
        highest = max(highest, index)
      }
    }
    return highest + 1
  }

  /// Checks that every tensor was found.
  ///
  /// - Parameter patterns: names that may be left.
  /// - Throws: `CheckpointError.unusedTensors`, with names and shapes.
  package func finish(ignoring patterns: [NamePattern] = []) throws(CheckpointError) {
    guard let found else { return }
    let unused = found.names.filter { name in
      record.entries[name] == nil && !patterns.contains { $0.matches(name) }
        && !(found.conversion?.isCompanion(name) ?? false)
    }
    guard unused.isEmpty else {
      throw .unusedTensors(file: found.path, tensors: unused.compactMap { found.tensors[$0] })
    }
  }

  /// The numbers of what was found so far, over all scopes: those of the checkpoint, or, of declared
  /// parameters, random ones.
  package var parameters: Parameters {
    Parameters(
      record.entries.inOrder.map(\.value),
      storage: found.map { .mapped($0) } ?? .hashed)
  }

  private func expect(
    _ name: String, _ expected: [Int], isLayer: Bool = false, isTransposed: Bool = false,
    _ isRight: ([Int]) -> Bool
  ) throws(CheckpointError) -> [Int] {
    let shape = found == nil ? expected : try requiredShape(of: name)
    if isPacked(name), !isLayer {
      throw .badConversion(file: path, reason: "\(prefix + name) is packed, but is no linear layer")
    }
    guard isRight(shape), shape.allSatisfy({ $0 > 0 }) else {
      throw mismatch(name, found: shape, expected: expected)
    }
    try found?.checkPacked(prefix + name, isTransposed: isTransposed)
    let fullName = prefix + name
    if record.entries[fullName] == nil {
      record.entries[fullName] = Parameters.Entry(
        name: fullName, shape: shape,
        dataType: found?.tensors[fullName]?.dataType ?? .float32)
    }
    return shape
  }

  private func missing(_ name: String) -> CheckpointError {
    .missingTensors(file: path, names: [prefix + name])
  }

  private func mismatch(_ name: String, found shape: [Int], expected: [Int]) -> CheckpointError {
    .shapeMismatch(file: path, tensor: prefix + name, found: shape, expected: expected)
  }
}
