import ArgumentParser
import VitBoxModel
import VitKit

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which model, and how it computes; each option that a service would set has an environment twin.
struct ModelOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A folder, a weights file, a name on the Hub (downloaded if it is not here), or box for the "
        + "one inside. (VIT_MODEL; default: box)", valueName: "model"),
    completion: .file())
  var model: String?

  @OptionGroup var precision: PrecisionOptions

  @OptionGroup var threads: ThreadOptions

  @Option(help: ArgumentHelp("Images that go through the model at once.", valueName: "count"))
  var batchSize: Int = 8

  @OptionGroup var hub: HubOptions

  @OptionGroup var timing: TimingOptions

  @Flag(name: .shortAndLong, help: "Log what is done to standard error.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "No progress, notices or warnings; failures are still told.")
  var quiet = false

  var modelName: String { model ?? environment("VIT_MODEL") ?? Model.boxName }

  func validate() throws {
    guard (1...4096).contains(batchSize) else {
      throw ValidationError("--batch-size must be 1 to 4096")
    }
  }

  func console() -> Console { Console(isQuiet: quiet, isVerbose: verbose) }

  /// Applies `--threads` and loads the model.
  ///
  /// - Parameters:
  ///   - name: another name than `--model`'s.
  ///   - describes: for a model that computes nothing.
  func load(
    name: String? = nil, towers: LoadOptions.Towers = .all, describes: Bool = false
  ) throws -> Model {
    try threads.apply()
    let name = name ?? modelName
    var options = LoadOptions(precision: try precision.resolved(), towers: towers)
    options.isDescription = describes
    if name == Model.boxName && access(name, F_OK) != 0 { return try loadBox(options) }
    // Looked for apart, because a model that is not there ends with another status than one that
    // cannot be used.
    _ = try hub.locate(name, quiet: quiet)
    return try attempt(.unusable) { try Model.load(name, options: options) }
  }

  private func loadBox(_ options: LoadOptions) throws -> Model {
    try attempt(.unusable) { try Model.box(options: options) }
  }

  private func attempt<Result>(_ status: ExitStatus, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw CommandFailure(status, "\(error)") }
  }
}
