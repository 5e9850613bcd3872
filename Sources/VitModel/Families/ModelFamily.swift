import VitCheckpoint
import VitImage
import VitJSON
import VitTensor

/// A family of checkpoints: it says whether a folder is its own, and reads it.
package protocol ModelFamily: SendableMetatype {
  /// The name that `vit inspect` shows.
  static var name: String { get }
  /// Whether the source is a model of this family.
  static func recognizes(_ source: ModelSource, configuration: JSONValue?) throws -> Bool
  /// Names of weights files, in the order in which they are looked for.
  static var weightsCandidates: [String] { get }
  /// - Parameter reader: of the source's weights.
  static func load(
    _ source: ModelSource, reader: TensorReader, configuration: JSONValue, options: FamilyOptions
  ) throws -> LoadedModel
}

extension ModelFamily {
  package static var weightsCandidates: [String] { ModelSource.weightsCandidates }
}

/// What a family needs to know beside the files.
package struct FamilyOptions: Sendable {
  package var precision: Precision
  package var towers: Towers

  package init(precision: Precision, towers: Towers = .all) {
    self.precision = precision
    self.towers = towers
  }
}

extension LoadedModel {
  /// Every family, in the order in which they are asked. Adding one is a file beside this one and a
  /// line here.
  static let families: [any ModelFamily.Type] = [
    HuggingFaceViT.self, HuggingFaceDeiT.self, HuggingFaceCLIP.self, TimmVisionTransformer.self,
    OpenCLIP.self, OpenAICLIP.self,
  ]

  /// The name of the family that a source is of, or nil. Reads configurations alone where there are
  /// any.
  package static func family(of source: ModelSource) -> String? {
    let configuration = (try? source.json("config.json")) ?? nil
    guard configuration == nil || configuration?.object != nil else { return nil }
    return families.first {
      (try? $0.recognizes(source, configuration: configuration)) ?? false
    }?.name
  }

  /// Reads a model of any family.
  ///
  /// - Parameter packs: false for a model that is only described.
  /// - Throws: `ModelError`, `CheckpointError` or `JSONError`, each naming the file.
  package static func load(
    _ source: ModelSource, precision: PrecisionChoice = .own, towers: Towers = .all,
    packs: Bool = true
  ) throws -> LoadedModel {
    try read(source, precision: precision, towers: towers, packs: packs).model
  }

  /// The model, and the reader that remembers what it was made of.
  static func read(
    _ source: ModelSource, precision: PrecisionChoice, towers: Towers, packs: Bool = true
  ) throws -> (model: LoadedModel, reader: TensorReader) {
    let configuration = try source.json("config.json")
    if let configuration, configuration.object == nil {
      throw ModelError.invalidConfiguration(
        name: "\(source.name)/config.json", reason: "not a JSON object")
    }
    for family in families
    where try family.recognizes(source, configuration: configuration) {
      let weights = try source.weights(candidates: family.weightsCandidates)
      let reader = TensorReader(weights, packs: packs)
      let options = FamilyOptions(
        precision: try precision.resolved(for: weights), towers: towers)
      var model = try family.load(
        source, reader: reader, configuration: configuration ?? [:], options: options)
      model.source = source
      model.precision = options.precision
      if model.vision != nil, let text = model.text, model.embeddingSize != text.embeddingSize {
        throw ModelError.towersDisagree(
          name: source.name, image: model.embeddingSize, text: text.embeddingSize)
      }
      if configuration != nil, family != OpenCLIP.self,
        try source.json("open_clip_config.json") != nil
      {
        model.notes.append(
          "layout: the folder holds open_clip_config.json too; config.json was followed")
      }
      return (model, reader)
    }
    guard let configuration else {
      throw ModelError.notAModel(
        name: source.name,
        reason: "there is no config.json or open_clip_config.json; give the folder that holds it "
          + "and the weights")
    }
    throw ModelError.unsupported(name: source.name, kind: kind(of: configuration))
  }

  private static func kind(of configuration: JSONValue) -> String {
    if let type = configuration["model_type"]?.string { return "the model type \(type)" }
    if let architecture = configuration["architecture"]?.string {
      return "the architecture \(architecture)"
    }
    return "a config.json without model_type or architecture"
  }
}
