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

  /// - Parameter precision: nil for the model's own.
  func imageTower(
    precision: LoadOptions.Precision?
  ) throws -> (tower: VisionTransformer, precision: Precision) {
    if access(name, F_OK) != 0, let preset = VisionPreset(rawValue: name) {
      let resolved = precision?.resolved ?? .float32
      return (preset.imageTower(precision: resolved), resolved)
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
    return (tower, model.precision)
  }

  /// The model's image tower and preprocessing.
  func load(precision: LoadOptions.Precision? = nil) throws -> Model {
    let options = LoadOptions(precision: precision, towers: .image)
    let isBox = name == Model.boxName && access(name, F_OK) != 0
    if !isBox { _ = try hub.locate(name, quiet: false) }
    do {
      return isBox ? try Model.box(options: options) : try Model.load(name, options: options)
    } catch {
      throw CommandFailure(.unusable, "\(error)")
    }
  }
}
