import ArgumentParser
import VitKit

/// What every measurement can be told.
struct BenchOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How long each measurement runs, about.", valueName: "seconds"))
  var seconds: Double = 2

  func validate() throws {
    guard seconds.isFinite, (0...3600).contains(seconds) else {
      throw ValidationError("--seconds must be 0 to 3600")
    }
  }
}

/// Positive numbers, separated by commas.
struct NumberList: ExpressibleByArgument {
  let values: [Int]

  init(_ values: [Int]) { self.values = values }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = parts.compactMap { Int($0) }.filter { (1...4096).contains($0) }
    guard values.count == parts.count, !values.isEmpty else { return nil }
  }

  var defaultValueDescription: String { values.map(String.init).joined(separator: ",") }
}

/// Precisions, separated by commas.
struct PrecisionList: ExpressibleByArgument {
  let values: [LoadOptions.Precision]

  init(_ values: [LoadOptions.Precision]) { self.values = values }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = parts.compactMap { LoadOptions.Precision(rawValue: String($0)) }
    guard values.count == parts.count, !values.isEmpty else { return nil }
  }

  var defaultValueDescription: String { values.map(\.rawValue).joined(separator: ",") }
}
