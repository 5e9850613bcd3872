extension Duration {
  /// Adds the time that `body` takes, also where it throws.
  package mutating func measure<Result>(_ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    defer { self += ContinuousClock.now - start }
    return try body()
  }
}
