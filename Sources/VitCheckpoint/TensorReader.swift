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
  }

  package convenience init(_ checkpoint: Checkpoint) {
    self.init(checkpoint, prefix: "", record: Record())
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

  package func shape(of name: String) -> [Int]? { checkpoint.tensors[prefix + name]?.shape }

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

  /// The numbers where they lie, or a copy for the time of the call.
  package func withFloat32<Result>(
    _ name: String, _ shape: [Int], _ body: (UnsafePointer<Float>) throws -> Result
  ) throws -> Result {
    let result = try checkpoint.withFloat32(prefix + name, shape: shape, body)
    // Only now is the product known to fit: the shape is that of a tensor.
    note(name, shape.reduce(1, *))
    return result
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
  /// The name in the file of what this scope calls `name`.
  package func fullName(_ name: String) -> String { prefix + name }

  /// Checks that `name` is a matrix of this shape, and counts it as read: its rows are read later, as
  /// they are needed.
  package func expectMatrix(_ name: String, _ shape: [Int]) throws(CheckpointError) {
    guard let found = self.shape(of: name) else {
      throw .missingTensors(file: checkpoint.path, names: [prefix + name])
    }
    guard found == shape else {
      throw .shapeMismatch(
        file: checkpoint.path, tensor: prefix + name, found: found, expected: shape)
    }
    note(name, shape.reduce(1, *))
  }
}
