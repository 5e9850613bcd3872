import ArgumentParser

/// The options that measurements share.
struct BenchOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How long each measurement runs, about.", valueName: "seconds"))
  var seconds: Double = 2

  func validate() throws {
    guard seconds.isFinite, (0...3600).contains(seconds) else {
      throw ValidationError("--seconds must be 0 to 3600")
    }
  }
}
