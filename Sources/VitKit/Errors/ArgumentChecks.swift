import VitSystem

extension RequestError {
  /// - Throws: `invalidArgument`, by the argument's name, for a number out of range.
  static func require(_ name: String, _ value: Int?, in range: ClosedRange<Int>) throws {
    guard let value, !range.contains(value) else { return }
    let allowed =
      range.upperBound == .max
      ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    throw RequestError(
      .invalidArgument, reason: "\(name) is \(value)", remedy: "give a number \(allowed)")
  }

  /// - Throws: `invalidArgument` for the most results that are wanted, where that is negative.
  static func require(top: Int) throws { try require("top", top, in: 0...(.max)) }
}
