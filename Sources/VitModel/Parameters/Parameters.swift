import VitCheckpoint
import VitOperations
import VitSystem
import VitTensor

/// The numbers behind a model's parameters: mapped as the checkpoint has them, or, once something
/// is to change, float32 in one flat memory.
///
/// A value: a copy that is changed leaves the original as it was. The tensors lie in the flat memory
/// in the order of their names, each at a multiple of 64 bytes, the gaps zero, so that optimisers,
/// averages and sums over machines can walk it from end to end.
package struct Parameters: Sendable {
  /// A tensor that the formula reads.
  package struct Entry: Sendable {
    package let name: String
    /// In the checkpoint's layout.
    package let shape: [Int]
    /// What it is saved as.
    package let dataType: DataType
    /// The middle of the random numbers that a new one begins with.
    var startsAt: Float = 0
    /// In the flat memory.
    package fileprivate(set) var elements = 0..<0
    package fileprivate(set) var isFrozen = false
    /// Whether its numbers may be others than the checkpoint's.
    package fileprivate(set) var isChanged = false

    package var count: Int { shape.reduce(1, *) }

    init(name: String, shape: [Int], dataType: DataType) {
      (self.name, self.shape, self.dataType) = (name, shape, dataType)
    }
  }

  enum Storage: Sendable {
    case mapped(Checkpoint)
    /// Random numbers that depend on the tensor's name, made when they are read.
    case hashed
    case owned(FloatBuffer)
  }

  /// Sorted by name.
  package private(set) var entries: [Entry]
  /// Where they were mapped from, also after they are owned; nil for a new model.
  package let checkpoint: Checkpoint?
  private(set) var storage: Storage
  private let places: ExactDictionary<Int>
  /// Elements of the flat memory.
  private let flatCount: Int

  init(_ entries: [Entry], storage: Storage) {
    var end = 0
    self.entries = entries.map { entry in
      var entry = entry
      entry.elements = end..<end + entry.count
      end += (entry.count + 15) / 16 * 16
      return entry
    }
    flatCount = end
    places = ExactDictionary(zip(entries.map(\.name), entries.indices))
    checkpoint = if case .mapped(let checkpoint) = storage { checkpoint } else { nil }
    self.storage = storage
  }

  /// Numbers in all tensors.
  package var count: Int { entries.reduce(0) { $0 + $1.count } }

  package subscript(name: String) -> Entry? { places[name].map { entries[$0] } }

  // MARK: - Reading

  /// Calls `body` with the numbers of parameters, one after another, each in row-major order: where
  /// they lie, if they lie so, else a copy in `scratch`.
  ///
  /// - Throws: `CheckpointError` of a mapped file, and what `body` throws.
  func withFloat32<Result>(
    _ parameters: [Parameter], scratch: inout FloatBuffer,
    _ body: (UnsafePointer<Float>) throws -> Result
  ) throws -> Result {
    if let (name, elements) = Self.oneRun(parameters), let numbers = try plainFloat32(name) {
      return try body(numbers + elements.lowerBound)
    }
    let count = parameters.reduce(0) { $0 + $1.count }
    if scratch.count < count { scratch = try FloatBuffer(count: count) }
    if let (name, elements) = Self.oneRun(parameters),
      elements.count == parameters[0].storedShape.reduce(1, *)
    {
      // Whole: converted once, not for each of its parts.
      try copy(
        Parameter(
          name: name, storedShape: parameters[0].storedShape, shape: parameters[0].storedShape),
        to: scratch.pointer)
      return try body(scratch.pointer)
    }
    var position = 0
    for parameter in parameters {
      try copy(parameter, to: scratch.pointer + position)
      position += parameter.count
    }
    return try body(scratch.pointer)
  }

  /// The name and the elements of parameters that follow one another in one tensor.
  private static func oneRun(_ parameters: [Parameter]) -> (name: String, elements: Range<Int>)? {
    guard let first = parameters.first else { return nil }
    var end = first.elements.lowerBound
    for parameter in parameters {
      guard parameter.name == first.name, parameter.elements.lowerBound == end else { return nil }
      end = parameter.elements.upperBound
    }
    return (first.name, first.elements.lowerBound..<end)
  }

  /// A whole tensor where it lies, if its numbers are aligned float32.
  private func plainFloat32(_ name: String) throws -> UnsafePointer<Float>? {
    switch storage {
    case .mapped(let checkpoint): try checkpoint.plainFloat32(name)
    case .hashed: nil
    case .owned(let memory):
      UnsafePointer(memory.pointer) + entries[place(name)].elements.lowerBound
    }
  }

  /// Writes the numbers of a parameter in row-major order.
  func copy(_ parameter: Parameter, to output: UnsafeMutablePointer<Float>) throws {
    let elements = parameter.elements
    if let numbers = try plainFloat32(parameter.name) {
      output.update(from: numbers + elements.lowerBound, count: elements.count)
      return
    }
    switch storage {
    case .mapped(let checkpoint):
      if elements.count == parameter.storedShape.reduce(1, *) {
        try checkpoint.copyFloat32(parameter.name, to: output)
      } else {
        let whole = try checkpoint.float32(parameter.name)
        whole.withUnsafeBufferPointer {
          output.update(from: $0.baseAddress! + elements.lowerBound, count: elements.count)
        }
      }
    case .hashed: fill(parameter.name, elements, output)
    case .owned: break
    }
  }

  /// Row `row` of a table `[rows, size]`.
  func copyRow(_ row: Int, of table: Parameter, to output: UnsafeMutablePointer<Float>) {
    let size = table.shape[1]
    precondition(row >= 0 && row < table.shape[0])
    switch storage {
    case .mapped(let checkpoint): checkpoint.copyRow(of: table.name, row, to: output)
    case .hashed: fill(table.name, row * size..<(row + 1) * size, output)
    case .owned(let memory):
      let start = entries[place(table.name)].elements.lowerBound + table.elements.lowerBound
      output.update(from: memory.pointer + start + row * size, count: size)
    }
  }

  /// The numbers of a parameter in row-major order.
  package func values(_ parameter: Parameter) throws -> [Float] {
    let count = parameter.count
    return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let start = buffer.baseAddress, count > 0 { try copy(parameter, to: start) }
      initialized = count
    }
  }

  /// A parameter as the formula reads it.
  package func tensor(_ parameter: Parameter) throws -> Tensor {
    Tensor(try values(parameter), shape: parameter.shape)
  }

  private func place(_ name: String) -> Int {
    guard let place = places[name] else { preconditionFailure("\(name) is no parameter") }
    return place
  }

  private func fill(_ name: String, _ range: Range<Int>, _ output: UnsafeMutablePointer<Float>) {
    var numbers = HashedWeights(name: name, position: range.lowerBound)
    numbers.fill(output, count: range.count)
    let middle = entries[place(name)].startsAt
    if middle != 0 { for index in 0..<range.count { output[index] += middle } }
  }

  // MARK: - Changing

  /// Copies all numbers into one flat memory, unless they are there.
  ///
  /// - Throws: `CheckpointError`; also of a converted model, whose packed weights are for the kernels
  ///   alone.
  package mutating func own() throws {
    if case .owned = storage { return }
    if let conversion = checkpoint?.conversion {
      throw CheckpointError.unsupported(
        file: checkpoint?.path ?? "",
        reason:
          "its weights were converted to \(conversion.precision.rawValue) and cannot be changed",
        remedy: "change the original, \(conversion.origin), and convert that")
    }
    let memory = try FloatBuffer(count: flatCount)
    for entry in entries {
      try copy(
        Parameter(name: entry.name, storedShape: entry.shape, shape: entry.shape),
        to: memory.pointer + entry.elements.lowerBound)
      checkpoint?.releasePages()
    }
    storage = .owned(memory)
  }

  /// Calls `body` with the numbers of one tensor, in row-major order of its shape, to be changed.
  ///
  /// - Throws: as `own`, and what `body` throws.
  package mutating func change<Result>(
    _ name: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) throws -> Result {
    let place = place(name)
    let elements = entries[place].elements
    let memory = try ownedAlone()
    entries[place].isChanged = true
    return try body(
      UnsafeMutableBufferPointer(start: memory.pointer + elements.lowerBound, count: elements.count)
    )
  }

  /// Calls `body` with the numbers of each tensor that is not frozen, in the order of the flat
  /// memory, to be changed.
  ///
  /// - Throws: as `own`, and what `body` throws.
  package mutating func changeAll(
    _ body: (Entry, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    let memory = try ownedAlone()
    for place in entries.indices where !entries[place].isFrozen {
      entries[place].isChanged = true
      let entry = entries[place]
      try body(
        entry,
        UnsafeMutableBufferPointer(
          start: memory.pointer + entry.elements.lowerBound, count: entry.count))
    }
  }

  /// The flat memory, which no other value shares.
  private mutating func ownedAlone() throws -> FloatBuffer {
    try own()
    guard case .owned(var memory) = storage else { preconditionFailure("owned") }
    // The enumeration's own reference would count as another.
    storage = .hashed
    if !isKnownUniquelyReferenced(&memory) {
      let copy = try FloatBuffer(count: memory.count)
      copy.pointer.update(from: memory.pointer, count: memory.count)
      memory = copy
    }
    storage = .owned(memory)
    return memory
  }

  /// Freezes the tensors whose names match: `changeAll` leaves them as they are.
  ///
  /// - Returns: how many they are.
  @discardableResult
  package mutating func freeze(_ pattern: NamePattern) -> Int {
    let matching = entries.indices.filter { pattern.matches(entries[$0].name) }
    for place in matching { entries[place].isFrozen = true }
    return matching.count
  }
}
