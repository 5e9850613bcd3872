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

/// Finds what a name stands for: a model as elsewhere, or a preset.
struct BenchModel {
  static let presets = VisionPreset.allCases.map(\.rawValue).joined(separator: ", ")

  let name: String
  let hub: HubOptions

  func imageTower(precision: Precision) throws -> VisionTransformer {
    if access(name, F_OK) != 0, let preset = VisionPreset(rawValue: name) {
      return preset.imageTower(precision: precision)
    }
    let model: Model
    do {
      model = try load(precision: precision)
    } catch let failure as CommandFailure where failure.status == .missing {
      throw CommandFailure(
        .missing, failure.message.map { "\($0); presets are \(Self.presets)" })
    }
    guard let tower = model.imageTower else {
      throw CommandFailure(
        .unusable, "\(name): has no image tower; name a model that has one, or a preset")
    }
    return tower
  }

  /// The model's image tower and preprocessing.
  func load(precision: Precision = .float32) throws -> Model {
    let options = LoadOptions(precision: LoadOptions.Precision(precision), towers: .image)
    let isBox = name == Model.boxName && access(name, F_OK) != 0
    if !isBox { _ = try hub.locate(name, quiet: false) }
    do {
      return isBox ? try Model.box(options: options) : try Model.load(name, options: options)
    } catch {
      throw CommandFailure(.unusable, "\(error)")
    }
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
