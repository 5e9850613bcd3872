import VitCheckpoint
import VitJSON

extension ModelDescription {
  /// Every family, in the order in which they are asked. CONTRIBUTING.md says
  /// what adding one takes.
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

  /// What the weights of a saved model of this family are called.
  package var weightsFileName: String {
    Self.families.first { $0.name == family }?.weightsCandidates.first ?? "model.safetensors"
  }

  /// Reads what a model of any family is.
  ///
  /// - Throws: `ModelError`, `CheckpointError` or `JSONError`, each naming the file.
  package static func read(
    _ source: ModelSource, precision: PrecisionChoice = .own, towers: Towers = .all
  ) throws -> ModelDescription {
    let configuration = try source.json("config.json")
    if let configuration, configuration.object == nil {
      throw ModelError.invalidConfiguration(
        name: "\(source.name)/config.json", reason: "not a JSON object")
    }
    for family in families
    where try family.recognizes(source, configuration: configuration) {
      let weights = try source.weights(candidates: family.weightsCandidates)
      let precision = try precision.resolved(for: weights)
      let reader = ParameterReader(weights)
      var model = try family.describe(
        FamilyInput(
          source: source, weights: weights, configuration: configuration ?? [:], towers: towers),
        reader: reader)
      model.parameters = reader.parameters
      model.precision = precision
      if let image = model.imageEmbeddingSize, let text = model.textEmbeddingSize, image != text {
        throw ModelError.towersDisagree(name: source.name, image: image, text: text)
      }
      if configuration != nil, family != OpenCLIP.self,
        try source.json("open_clip_config.json") != nil
      {
        model.notes.append(
          "layout: the folder holds open_clip_config.json too; config.json was followed")
      }
      return model
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
