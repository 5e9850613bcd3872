import ArgumentParser
import VitBoxModel
import VitHub
import VitKit
import VitSystem

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

  @OptionGroup var weights: WeightsOptions

  @OptionGroup var threads: ThreadOptions

  @Option(help: ArgumentHelp("Images that go through the model at once.", valueName: "count"))
  var batchSize: Int = 8

  @Flag(
    help: ArgumentHelp(
      "Take images of another size than the model's, where its preprocessing makes them so; positions "
        + "are interpolated."))
  var interpolatePositions = false

  @OptionGroup var hub: HubOptions

  @OptionGroup var timing: TimingOptions

  @Flag(name: .shortAndLong, help: "Log what is done to standard error.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "No progress, notices or warnings; failures are still told.")
  var quiet = false

  var modelName: String { model ?? Environment["VIT_MODEL"] ?? Model.boxName }

  func validate() throws {
    guard (1...4096).contains(batchSize) else {
      throw ValidationError("--batch-size must be 1 to 4096")
    }
  }

  func console() -> Console { Console(isQuiet: quiet, isVerbose: verbose) }

  /// Without `--model` takes the model that made saved vectors, which are to be compared with others.
  ///
  /// - Parameters:
  ///   - madeWith: what the vectors say of it; nothing changes where they do not.
  ///   - path: of the vectors, for errors.
  /// - Throws: `CommandFailure` where that model is not here.
  mutating func takeModel(thatMade madeWith: ExactDictionary<String>, path: String) throws {
    guard model == nil, let maker = VectorMaker(madeWith: madeWith) else { return }
    if maker.name == Model.boxName && maker.path == nil {
      model = Model.boxName
    } else if let found = maker.found {
      model = found
    } else {
      throw CommandFailure(
        .missing,
        "\(path): the model that made its vectors is not here (\(maker.path ?? maker.name)); name it "
          + "with --model")
    }
  }

  /// Applies `--threads` and loads the model.
  ///
  /// - Parameter prefersTexts: of a folder in two layouts the one that takes texts, also for images.
  func load(towers: LoadOptions.Towers = .all, prefersTexts: Bool = false) throws -> Model {
    try found(
      modelName, towers: towers, prefersTexts: prefersTexts,
      files: prefersTexts || towers != .image ? .texts : .images, box: Model.box, named: Model.load)
  }

  /// Applies `--threads` and describes the model, without its weights.
  ///
  /// - Parameter name: another name than `--model`'s.
  func describe(
    name: String? = nil, towers: LoadOptions.Towers = .all
  ) throws -> DescribedModel {
    try found(
      name ?? modelName, towers: towers, box: DescribedModel.box, named: DescribedModel.describe)
  }

  private func found<Result>(
    _ name: String, towers: LoadOptions.Towers, prefersTexts: Bool = false,
    files: Hub.FileSet = .model, box: (LoadOptions) throws -> Result,
    named: (String, LoadOptions) throws -> Result
  ) throws -> Result {
    try threads.apply()
    var options = LoadOptions(
      precision: try precision.resolved(), towers: towers, weights: try weights.resolved(),
      interpolatesPositions: interpolatePositions)
    options.prefersTexts = prefersTexts
    let isBox = name == Model.boxName && !FileSystem.exists(name)
    // Looked for apart, because a model that is not there ends with another status than one that
    // cannot be used.
    if !isBox { _ = try hub.locate(name, files: files, quiet: quiet) }
    do {
      return isBox ? try box(options) : try named(name, options)
    } catch {
      throw CommandFailure(.unusable, "\(error)")
    }
  }

  /// As `load(towers:)`, timed; where images are to be done, a model without an image tower ends the
  /// command.
  func load(
    towers: LoadOptions.Towers, prefersTexts: Bool = false, report: WorkReport
  ) throws -> Model {
    let model = try report.times.load.measure {
      try load(towers: towers, prefersTexts: prefersTexts)
    }
    if towers != .text { try requireImageTower(model.described) }
    return model
  }

  /// As `describe(name:towers:)` for images, timed; a model without an image tower ends the command.
  func describe(report: WorkReport) throws -> DescribedModel {
    let model = try report.times.load.measure { try describe(towers: .image) }
    try requireImageTower(model)
    return model
  }

  /// Before images are done, a model that cannot take the texts beside them ends the command.
  func requireTextTower(_ model: Model) throws {
    guard model.info.text != nil else {
      throw CommandFailure(.unusable, "\(model.missingTextTower)")
    }
  }

  /// One answer for all images; not the same one for each.
  private func requireImageTower(_ model: DescribedModel) throws {
    if model.info.image == nil {
      throw CommandFailure(.unusable, "\(model.missingImageTower)")
    }
  }
}
