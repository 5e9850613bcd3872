import VitTensor

/// Reads tensors by scope, so that loading code reads like the architecture:
/// `reader.scope("blocks.3").scope("attn").float32("qkv.weight", [3 * d, d])`.
///
/// Scopes share what was read, so that `finish` can say what was left over.
package final class TensorReader {
  package let checkpoint: Checkpoint
  fileprivate let prefix: String
  private let record: Record

  private final class Record {
    var names: Set<String> = []
    var elements = 0
    var layers: [Layer] = []
    let packs: Bool
    private var copy = FloatBuffer(count: 0)

    init(packs: Bool) { self.packs = packs }

    /// Memory that the next call gets again: fresh memory for every weight would cost more than
    /// copying it.
    func scratch(count: Int) -> UnsafeMutablePointer<Float> {
      if copy.count < count { copy = FloatBuffer(count: count) }
      return copy.pointer
    }
  }

  /// A linear layer and what it was made of.
  package struct Layer {
    /// The full name of its weight, of the first where several were joined.
    package let name: String
    /// The full names of its weights.
    package let weights: [String]
    /// As the file has it; the joined one where there are several.
    package let shape: [Int]
    package let linear: Linear
  }

  /// - Parameter packs: Whether linear layers get their weights; otherwise those are only looked for,
  ///   and the model can be described but not computed.
  package convenience init(_ checkpoint: Checkpoint, packs: Bool = true) {
    self.init(checkpoint, prefix: "", record: Record(packs: packs))
  }

  private init(_ checkpoint: Checkpoint, prefix: String, record: Record) {
    self.checkpoint = checkpoint
    self.prefix = prefix
    self.record = record
  }

  package func scope(_ name: String) -> TensorReader {
    TensorReader(checkpoint, prefix: "\(prefix)\(name).", record: record)
  }

  package func contains(_ name: String) -> Bool { checkpoint.tensors[prefix + name] != nil }

  /// Of a packed weight the shape that it had in the original.
  package func shape(of name: String) -> [Int]? { checkpoint.shape(of: prefix + name) }

  /// The numbers of `name`, which must have this shape.
  package func float32(_ name: String, _ shape: [Int]) throws(CheckpointError) -> [Float] {
    let values = try checkpoint.float32(prefix + name, shape: shape)
    note(name, values.count)
    return values
  }

  /// The `count` numbers of `name`, whose axes of size 1 do not matter: tokens are stored as `[d]`,
  /// `[1, d]` and `[1, 1, d]`.
  package func float32(_ name: String, count: Int) throws(CheckpointError) -> [Float] {
    try float32(name, matching: count, rows: 1)
  }

  /// A table of `rows` rows of `size`, with or without leading axes of size 1.
  package func float32(
    _ name: String, matching size: Int, rows: Int
  ) throws(CheckpointError) -> [Float] {
    let expected = rows == 1 ? [size] : [rows, size]
    if let shape = shape(of: name) {
      var inner = shape
      while inner.count > expected.count, inner.first == 1 { inner.removeFirst() }
      let (flat, overflow) = rows.multipliedReportingOverflow(by: size)
      guard !overflow,
        inner == expected || (inner.last == size || size == flat) && inner.reduce(1, *) == flat
      else {
        throw .shapeMismatch(
          file: checkpoint.path, tensor: prefix + name, found: shape, expected: expected)
      }
    }
    let values = try checkpoint.float32(prefix + name)
    note(name, values.count)
    return values
  }

  /// The numbers where they lie, or a copy for the time of the call, which must not ask for another.
  package func withFloat32<Result>(
    _ name: String, _ shape: [Int], _ body: (UnsafePointer<Float>) throws -> Result
  ) throws -> Result {
    try withJoinedFloat32([name], shape, body)
  }

  /// The numbers of several matrices of the same shape, one below the other, for the time of the
  /// call, which must not ask for others.
  package func withJoinedFloat32<Result>(
    _ names: [String], _ shape: [Int], _ body: (UnsafePointer<Float>) throws -> Result
  ) throws -> Result {
    for name in names { try expectTensor(name, shape) }
    if names.count == 1, let numbers = try checkpoint.plainFloat32(prefix + names[0]) {
      return try body(numbers)
    }
    // The shape is that of a tensor: the product fits.
    let count = shape.reduce(1, *)
    let copy = record.scratch(count: names.count * count)
    for (index, name) in names.enumerated() {
      try checkpoint.copyFloat32(prefix + name, to: copy + index * count)
    }
    return try body(copy)
  }

  /// One more than the highest number N of a tensor `stem` + `N.…`.
  package func countBlocks(_ stem: String) -> Int {
    let stem = prefix + stem
    var highest = -1
    for name in checkpoint.names where name.hasPrefix(stem) {
      let number = name.dropFirst(stem.count).prefix { $0 != "." }
      if let index = Int(number), index < 1 << 16 { highest = max(highest, index) }
    }
    return highest + 1
  }

  /// Numbers read so far, over all scopes.
  package var elementsRead: Int { record.elements }

  fileprivate func note(_ name: String, _ count: Int) {
    if record.names.insert(prefix + name).inserted { record.elements += count }
  }

  /// Checks that every tensor was read.
  ///
  /// - Parameter patterns: names that may be left; one that begins or ends with `*` stands for any
  ///   beginning or end.
  /// - Throws: `CheckpointError.unusedTensors`, with names and shapes.
  package func finish(ignoring patterns: [String] = []) throws(CheckpointError) {
    let unused = checkpoint.names.filter { name in
      !record.names.contains(name) && !patterns.contains { Self.matches(name, $0) }
        && !(checkpoint.conversion?.isCompanion(name) ?? false)
    }
    guard unused.isEmpty else {
      throw .unusedTensors(
        file: checkpoint.path, tensors: unused.compactMap { checkpoint.tensors[$0] })
    }
  }

  private static func matches(_ name: String, _ pattern: String) -> Bool {
    if pattern.hasSuffix("*") { return name.hasPrefix(pattern.dropLast()) }
    if pattern.hasPrefix("*") { return name.hasSuffix(pattern.dropFirst()) }
    return name == pattern
  }
}

extension TensorReader {
  /// A linear layer: where it lies, if the checkpoint was converted, else what `pack` makes.
  ///
  /// - Parameters:
  ///   - weights: the names of the matrices that are its rows, in order.
  ///   - shape: as the file has the weight, or would have the joined ones.
  package func layer(
    _ weights: [String], shape: [Int], outputSize: Int, inputSize: Int, bias: [Float]?,
    precision: Precision, pack: () throws -> Linear
  ) throws -> Linear {
    let name = prefix + weights[0]
    let linear: Linear
    if checkpoint.isPacked(name) {
      guard checkpoint.shape(of: name) == shape else {
        throw CheckpointError.shapeMismatch(
          file: checkpoint.path, tensor: name, found: checkpoint.shape(of: name) ?? [],
          expected: shape)
      }
      let packed = try checkpoint.packedLayer(
        name, outputSize: outputSize, inputSize: inputSize,
        precision: Linear.precision(precision, inputSize: inputSize))
      linear = bias.withPointer { Linear(packed: packed, owner: checkpoint, bias: $0) }
      note(weights[0], outputSize * inputSize)
    } else if record.packs {
      linear = try pack()
    } else {
      for weight in weights { try expectTensor(weight, [shape[0] / weights.count] + shape[1...]) }
      linear = Linear(describing: outputSize, inputSize: inputSize, precision: precision)
    }
    record.layers.append(
      Layer(name: name, weights: weights.map { prefix + $0 }, shape: shape, linear: linear))
    return linear
  }

  /// The linear layers that were read so far, over all scopes.
  package var layers: [Layer] { record.layers }

  /// The full names of the tensors that were read so far, over all scopes.
  package var namesRead: Set<String> { record.names }

  /// The name in the file of what this scope calls `name`.
  package func fullName(_ name: String) -> String { prefix + name }

  /// Checks that `name` is a tensor of this shape, and counts it as read: its numbers are read later,
  /// as they are needed.
  package func expectTensor(_ name: String, _ shape: [Int]) throws(CheckpointError) {
    guard let found = self.shape(of: name) else {
      throw .missingTensors(file: checkpoint.path, names: [prefix + name])
    }
    guard found == shape, !checkpoint.isPacked(prefix + name) else {
      throw .shapeMismatch(
        file: checkpoint.path, tensor: prefix + name, found: found, expected: shape)
    }
    note(name, shape.reduce(1, *))
  }
}

extension [Float]? {
  /// The numbers for the time of a call, or nil.
  func withPointer<Result>(_ body: (UnsafePointer<Float>?) throws -> Result) rethrows -> Result {
    guard let self else { return try body(nil) }
    return try self.withUnsafeBufferPointer { try body($0.baseAddress) }
  }
}
