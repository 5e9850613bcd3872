import VitCheckpoint
import VitSystem

/// The tensors of one model in a checkpoint, under the names of its layout.
///
/// Trainers save a model below keys of their own (`state_dict`, `model_ema`), inside other modules
/// (`model.`, `net.`) and wrapped in modules (`module.`, `_orig_mod.`), in any file format and in any
/// combination. Where it lies is told by the names that its layout has (`anchors`): what stands before
/// such a name stands before all of the model's.
struct ModelWeights {
  let checkpoint: Checkpoint
  /// What a reader should know.
  private(set) var notes: [String] = []
  /// What was chosen without being asked for.
  private(set) var warnings: [String] = []

  /// - Parameters:
  ///   - anchors: of a layout, names that tell a model of it; of two that end alike the longer first.
  ///   - choice: nil for the averaged weights where there are some, as timm takes them.
  /// - Throws: `CheckpointError.unsupported` where the file holds several models and nothing tells
  ///   which is meant, or lacks the weights that were asked for.
  init(_ checkpoint: Checkpoint, anchors: [String], choice: WeightsChoice?) throws(CheckpointError)
  {
    guard checkpoint.conversion == nil else {
      guard choice == nil else {
        throw .unsupported(
          file: checkpoint.path, reason: "it was converted, and its weights were chosen then",
          remedy: "leave the choice of weights out, or convert the original again")
      }
      self.checkpoint = checkpoint
      return
    }
    let paths = checkpoint.names.map { (name: $0, path: TensorPath($0)) }
    let places = try Self.places(of: anchors, in: paths.map(\.path), file: checkpoint.path)
    guard !places.isEmpty else {
      // Nothing of the layout is there: the family says what it misses.
      self.checkpoint = checkpoint
      return
    }
    let place = try Self.chosen(places, choice: choice, file: checkpoint.path)
    let others = places.filter { !$0.equals(place) }

    var names: [(old: String, new: String)] = []
    var passedOver: [(name: String, count: Int)] = []
    for (name, path) in paths {
      let rest = path.suffix(after: place)
      // Where a model lies at the top, others may lie below.
      let isOthers = others.contains {
        (rest == nil || $0.components.count > place.components.count)
          && path.suffix(after: $0) != nil
      }
      if isOthers { continue }
      let parted = path.commonCount(place)
      if path.isBookkeeping(at: parted) {
        let part = String(Substring(path.components[parted]))
        if passedOver.last?.name.isExactly(part) == true {
          passedOver[passedOver.count - 1].count += 1
        } else {
          passedOver.append((part, 1))
        }
        continue
      }
      names.append((name, (rest ?? path).text))
    }
    if passedOver.isEmpty, others.isEmpty,
      names.allSatisfy({ $0.old.isExactly($0.new) })
    {
      self.checkpoint = checkpoint
      return
    }
    self.checkpoint = try checkpoint.selecting(
      names, selection: others.isEmpty ? nil : place.text)
    tell(place, others: others, choice: choice)
    if !passedOver.isEmpty {
      let parts = passedOver.prefix(8).map { "\($0.name) (\($0.count))" }.joined(separator: ", ")
      notes.append("weights: tensors beside the model were passed over: \(parts)")
    }
  }

  private mutating func tell(_ place: TensorPath, others: [TensorPath], choice: WeightsChoice?) {
    guard !others.isEmpty else {
      if !place.components.isEmpty { notes.append("weights: those below \(place.text)") }
      return
    }
    let rest = others.map(\.label).joined(separator: ", ")
    let text =
      "weights: \(place.isAveraged ? "the averaged ones" : "those") of \(place.label), not of \(rest)"
    notes.append(text)
    if choice == nil { warnings.append(text) }
  }

  /// What stands before anchors, each once.
  static func places(
    of anchors: [String], in paths: [TensorPath], file: String
  ) throws(CheckpointError) -> [TensorPath] {
    let anchors = anchors.map { TensorPath($0) }
    var places: [TensorPath] = []
    for path in paths {
      guard let place = anchors.lazy.compactMap({ path.prefix(before: $0) }).first,
        !path.isBookkeeping(at: 0), !places.contains(where: { $0.equals(place) })
      else { continue }
      places.append(place)
      guard places.count <= 64 else {
        throw .unsupported(
          file: file, reason: "it holds more than 64 models",
          remedy: "save the state dict of one model")
      }
    }
    return places
  }

  /// The keys that timm looks below, in its order; others follow.
  private static let order = ["state_dict_ema", "model_ema", "state_dict", "model"]

  private static func chosen(
    _ places: [TensorPath], choice: WeightsChoice?, file: String
  ) throws(CheckpointError) -> TensorPath {
    let averaged = places.filter(\.isAveraged)
    let raw = places.filter { !$0.isAveraged }
    func only(_ found: [TensorPath]) throws(CheckpointError) -> TensorPath {
      let ranked = found.map { place in
        (
          place: place,
          rank: order.firstIndex { key in
            place.components.contains { $0.elementsEqual(key.utf8) }
          } ?? order.count
        )
      }
      let best = ranked.map(\.rank).min() ?? order.count
      let first = ranked.filter { $0.rank == best }
      guard let place = first.first?.place, first.count == 1 else {
        throw .unsupported(
          file: file,
          reason: "it holds several models, of "
            + first.map(\.place.label).joined(separator: ", ")
            + ", and nothing tells which is meant",
          remedy: "save the state dict of one alone")
      }
      return place
    }
    switch choice {
    case .averaged:
      guard !averaged.isEmpty else {
        throw .unsupported(
          file: file, reason: "it holds no averaged weights (as state_dict_ema or model_ema)",
          remedy: "take the raw ones, or leave the choice out")
      }
      return try only(averaged)
    case .raw:
      guard !raw.isEmpty else {
        throw .unsupported(
          file: file,
          reason: "its only weights are averaged ones, of "
            + averaged.map(\.label).joined(separator: ", "),
          remedy: "take those, or leave the choice out")
      }
      return try only(raw)
    case nil:
      return try only(averaged.isEmpty ? raw : averaged)
    }
  }
}

extension TensorPath {
  /// How messages name what lies below.
  fileprivate var label: String { components.isEmpty ? "the top level" : text }
}
