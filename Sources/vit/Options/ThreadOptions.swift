import ArgumentParser
import VitSystem
import VitTensor

/// How many threads compute.
struct ThreadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads to compute with. (VIT_THREADS; default: all processors)", valueName: "count"))
  var threads: Int?

  func validate() throws { _ = try count() }

  func apply() throws {
    if let count = try count() { ThreadPool.shared.setThreadCount(count) }
  }

  /// Nil where neither the option nor its environment twin is given.
  private func count() throws -> Int? {
    let fromEnvironment = Environment["VIT_THREADS"]
    guard threads != nil || fromEnvironment != nil else { return nil }
    guard let count = threads ?? Int(fromEnvironment!), (1...1024).contains(count) else {
      throw ValidationError("--threads (VIT_THREADS) must be a number from 1 to 1024")
    }
    return count
  }
}
