import ArgumentParser
import VitTensor

/// What every measurement can be told.
struct BenchOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How long each measurement runs, about.", valueName: "seconds"))
  var seconds: Double = 2

  @Option(
    help: ArgumentHelp(
      "Threads to compute with. (VIT_THREADS; default: all processors)", valueName: "count"))
  var threads: Int?

  func validate() throws {
    guard seconds.isFinite, (0...3600).contains(seconds) else {
      throw ValidationError("--seconds must be 0 to 3600")
    }
    _ = try resolvedThreads()
  }

  func applyThreads() throws {
    if let count = try resolvedThreads() { ThreadPool.shared.setThreadCount(count) }
  }

  private func resolvedThreads() throws -> Int? {
    let fromEnvironment = environment("VIT_THREADS")
    guard threads != nil || fromEnvironment != nil else { return nil }
    guard let count = threads ?? Int(fromEnvironment!), (1...1024).contains(count) else {
      throw ValidationError("--threads (VIT_THREADS) must be a number from 1 to 1024")
    }
    return count
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

/// Precisions, separated by commas; `auto` is the faster of float32 and bfloat16.
struct PrecisionList: ExpressibleByArgument {
  let values: [Precision]

  init(_ values: [Precision]) { self.values = values }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = parts.compactMap { part in
      if part == "auto" { return KernelSet.isFast(.bfloat16) ? .bfloat16 : .float32 }
      return Precision(rawValue: String(part))
    }
    guard values.count == parts.count, !values.isEmpty else { return nil }
  }

  var defaultValueDescription: String { values.map(\.rawValue).joined(separator: ",") }
}
