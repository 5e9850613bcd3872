import ArgumentParser
import VitKit

/// Which weights of a training checkpoint to take.
struct WeightsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "averaged or raw, where a training checkpoint holds both. (default: averaged, as timm takes "
        + "them)", valueName: "weights"),
    completion: .list(LoadOptions.Weights.allCases.map(\.rawValue)))
  var weights: String?

  func validate() throws { _ = try resolved() }

  /// Nil where the option is not given.
  func resolved() throws -> LoadOptions.Weights? {
    guard let weights else { return nil }
    guard let value = LoadOptions.Weights(rawValue: weights) else {
      throw ValidationError("--weights is averaged or raw, not \(weights)")
    }
    return value
  }
}
