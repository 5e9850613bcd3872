import VitBoxModel
import VitKit
import VitModel
import VitSystem
import VitTensor

/// Finds what a name stands for: a model as elsewhere, or a preset.
struct BenchModel {
  static let presets = (ImagePreset.allCases.map(\.rawValue) + TextPreset.allCases.map(\.rawValue))
    .joined(separator: ", ")

  let name: String
  let hub: HubOptions

  /// The image tower, or the text tower of a model that has no other, and what it computes in.
  ///
  /// - Parameters:
  ///   - precision: nil for the model's own.
  ///   - captionTokens: how long the captions for a text tower are.
  func tower(
    precision: LoadOptions.Precision?, captionTokens: Int
  ) throws -> (tower: BenchTower, precision: Precision) {
    if !FileSystem.exists(name) {
      let resolved = precision?.resolved ?? .float32
      if let preset = ImagePreset(rawValue: name) {
        return (.image(try preset.imageTower(precision: resolved)), resolved)
      }
      if let preset = TextPreset(rawValue: name) {
        return (try text(preset.textTower(precision: resolved), captionTokens), resolved)
      }
    }
    do {
      let model = try load(precision: precision)
      if let tower = model.imageTower { return (.image(tower), model.precision) }
      let other = try load(precision: precision, towers: .text)
      if let tower = other.textTower { return (try text(tower, captionTokens), other.precision) }
    } catch let failure as CommandFailure where failure.status == .missing {
      throw CommandFailure(
        .missing, failure.message.map { "\($0); presets are \(Self.presets)" })
    }
    throw CommandFailure(.unusable, "\(name): has no tower; name another model, or a preset")
  }

  private func text(_ tower: TextTowerPlan, _ tokens: Int) throws -> BenchTower {
    let most = tower.configuration.contextLength
    guard tokens <= most else {
      throw CommandFailure(
        .usage, "\(name): takes captions of at most \(most) tokens; give --caption-tokens \(most)")
    }
    return .text(tower, tokens: tokens)
  }

  /// The model with one of its towers.
  func load(
    precision: LoadOptions.Precision?, towers: LoadOptions.Towers = .image
  ) throws -> Model {
    try found(
      LoadOptions(precision: precision, towers: towers), box: Model.box, named: Model.load)
  }

  /// The model with its preprocessing, without its weights.
  func describe() throws -> DescribedModel {
    try found(
      LoadOptions(towers: .image), box: DescribedModel.box, named: DescribedModel.describe)
  }

  private func found<Result>(
    _ options: LoadOptions, box: (LoadOptions) throws -> Result,
    named: (String, LoadOptions) throws -> Result
  ) throws -> Result {
    let isBox = name == Model.boxName && !FileSystem.exists(name)
    if !isBox { _ = try hub.locate(name, quiet: false) }
    do {
      return isBox ? try box(options) : try named(name, options)
    } catch {
      throw CommandFailure(.unusable, "\(error)")
    }
  }
}
