import VitBoxModel
import VitKit
import VitModel
import VitTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Finds the image tower that a name stands for: a model as elsewhere, or a preset.
enum BenchModel {
  static let presets = VisionPreset.allCases.map(\.rawValue).joined(separator: ", ")

  static func imageTower(_ name: String, precision: Precision) throws -> VisionTransformer {
    let isThere = access(name, F_OK) == 0
    if !isThere, let preset = VisionPreset(rawValue: name) {
      return preset.imageTower(precision: precision)
    }
    let model = try model(name, precision: precision, otherNames: "; presets are \(presets)")
    do { return try model.imageTower } catch { throw CommandFailure(.unusable, "\(error)") }
  }

  static func model(
    _ name: String, precision: Precision = .float32, otherNames: String = ""
  ) throws -> Model {
    let options = LoadOptions(precision: LoadOptions.Precision(precision))
    if name == Model.boxName && access(name, F_OK) != 0 {
      return try attempt(.unusable) { try Model.box(options: options) }
    }
    _ = try attempt(.missing, hint: otherNames) { try ModelLocation.find(name) }
    return try attempt(.unusable) { try Model.load(name, options: options) }
  }

  private static func attempt<Result>(
    _ status: ExitStatus, hint: String = "", _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch { throw CommandFailure(status, "\(error)\(hint)") }
  }
}

extension LoadOptions.Precision {
  init(_ precision: Precision) {
    self =
      switch precision {
      case .float32: .float32
      case .bfloat16: .bfloat16
      case .int8: .int8
      }
  }
}
