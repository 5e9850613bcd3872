import ArgumentParser
import VitKit
import VitSystem

/// In which precision a model computes.
struct PrecisionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "float32, bfloat16, int8 or auto. (VIT_PRECISION; default: float32, or what the model was "
        + "converted to)", valueName: "precision"),
    completion: .list(LoadOptions.Precision.allCases.map(\.rawValue)))
  var precision: String?

  func validate() throws { _ = try resolved() }

  /// Nil where neither the option nor its environment twin is given.
  func resolved() throws -> LoadOptions.Precision? {
    guard let name = precision ?? Environment["VIT_PRECISION"] else { return nil }
    guard let value = LoadOptions.Precision(rawValue: name) else {
      let names = LoadOptions.Precision.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\(name) is not a precision; choose one of \(names)")
    }
    return value
  }
}
