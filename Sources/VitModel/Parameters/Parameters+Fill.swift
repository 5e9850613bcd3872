import VitCheckpoint

extension Parameters {
  /// Copies the numbers of the same model in another layout, array by array.
  ///
  /// - Parameters:
  ///   - layout: Where these parameters lie.
  ///   - source: The numbers to copy, and where they lie.
  /// - Throws: `CheckpointError.shapeMismatch` at the first array of another shape, and as `own`;
  ///   nothing is changed then.
  package mutating func fill(
    _ layout: ModelParameters<Parameter>, from source: Parameters,
    _ sourceLayout: ModelParameters<Parameter>
  ) throws {
    let targets = layout.arrays
    let sources = sourceLayout.arrays
    let (transposed, sourceTransposed) = (layout.transposedWeights, sourceLayout.transposedWeights)
    var copies: [(target: Parameter, values: [Float])] = []
    for (index, target) in targets.enumerated() {
      guard index < sources.count else {
        throw CheckpointError.missingTensors(file: source.name, names: [target.name])
      }
      let other = sources[index]
      let turns = transposed.contains(target) != sourceTransposed.contains(other)
      guard other.shape == (turns ? target.shape.reversed() : target.shape) else {
        throw CheckpointError.shapeMismatch(
          file: source.name, tensor: other.name, found: other.shape, expected: target.shape)
      }
      let values = try source.values(other)
      copies.append((target, turns ? Self.transpose(values, rows: other.shape[0]) : values))
    }
    guard sources.count == targets.count else {
      throw CheckpointError.missingTensors(
        file: name, names: sources.dropFirst(targets.count).map(\.name))
    }
    for (target, values) in copies {
      try change(target.name) { numbers in
        for (index, place) in target.elements.enumerated() { numbers[place] = values[index] }
      }
    }
  }

  /// How messages name the file.
  private var name: String { checkpoint?.path ?? "a new model" }

  private static func transpose(_ values: [Float], rows: Int) -> [Float] {
    let columns = values.count / max(rows, 1)
    return (0..<columns).flatMap { column in
      (0..<rows).map { values[$0 * columns + column] }
    }
  }
}
