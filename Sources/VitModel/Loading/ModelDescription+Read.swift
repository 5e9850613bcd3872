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
  /// - Parameter request: what of it is wanted.
  /// - Throws: `ModelError`, `CheckpointError` or `JSONError`, each naming the file.
  package static func read(
    _ source: ModelSource, precision: PrecisionChoice = .own, _ request: ModelRequest = .init()
  ) throws -> ModelDescription {
    let configuration = try configuration(of: source)
    func described(_ family: any ModelFamily.Type) throws -> ModelDescription {
      try read(source, as: family, configuration ?? [:], precision, request)
    }
    guard
      let family = try families.first(where: {
        try $0.recognizes(source, configuration: configuration)
      })
    else { throw refusal(of: source, configuration) }
    // OpenCLIP's is the only layout that lies beside another one.
    guard family != OpenCLIP.self, configuration != nil,
      try OpenCLIP.recognizes(source, configuration: configuration)
    else { return try described(family) }
    guard try isOpenCLIPs(source, rather: family, configuration, request) else {
      var model = try described(family)
      model.notes.append(
        "layout: the folder holds open_clip_config.json too; config.json was followed")
      return model
    }
    do {
      var model = try described(OpenCLIP.self)
      model.notes.append(
        "layout: the folder holds config.json too; open_clip_config.json was followed, whose model "
          + "takes texts")
      return model
    } catch  where request.towers.includeImage {
      var model = try described(family)
      model.warnings.append(
        "\(source.name): config.json was followed, whose model takes no texts; that of "
          + "open_clip_config.json cannot be used: \(error)")
      return model
    }
  }

  /// Whether a folder in two layouts is read as OpenCLIP has it: where texts may come, the layout
  /// that has them; and weights that somebody named in the layout that they are in.
  private static func isOpenCLIPs(
    _ source: ModelSource, rather family: any ModelFamily.Type, _ configuration: JSONValue?,
    _ request: ModelRequest
  ) throws -> Bool {
    guard source.hasWeights(candidates: OpenCLIP.weightsCandidates) else { return false }
    let wantsTexts = request.towers.includeText || request.prefersTexts
    let isMissingTexts = wantsTexts && !family.takesTexts(configuration ?? [:])
    guard isMissingTexts || source.weightsFile != nil else { return false }
    let weights = try source.weights(candidates: OpenCLIP.weightsCandidates)
    return try OpenCLIP.holds(weights)
  }

  private static func read(
    _ source: ModelSource, as family: any ModelFamily.Type, _ configuration: JSONValue,
    _ precision: PrecisionChoice, _ request: ModelRequest
  ) throws -> ModelDescription {
    let found = try ModelWeights(
      source.weights(candidates: family.weightsCandidates), anchors: family.anchors,
      choice: request.weights)
    let weights = found.checkpoint
    let precision = try precision.resolved(for: weights)
    let reader = ParameterReader(weights)
    var model = try family.describe(
      FamilyInput(
        source: source, weights: weights, configuration: configuration, towers: request.towers),
      reader: reader)
    model.parameters = reader.parameters
    model.precision = precision
    model.notes = found.notes + model.notes
    model.warnings = found.warnings.map { "\(source.name): \($0)" } + model.warnings
    model.interpolatesPositions = request.interpolatesPositions
    if request.interpolatesPositions { model.sizeError = nil }
    if let error = model.sizeError { model.notes.append("images: none, because \(error)") }
    if let refusal = model.textRefusal {
      guard request.towers.includeImage else { throw refusal }
      model.notes.append("texts: none, because \(refusal)")
    }
    if let image = model.imageEmbeddingSize, let text = model.textEmbeddingSize, image != text {
      throw ModelError.towersDisagree(name: source.name, image: image, text: text)
    }
    return model
  }

  /// Whether a family reads a model of these configurations, before its weights are there.
  ///
  /// - Throws: as `read`, where none does; of a folder in two layouts where neither can be used.
  package static func check(configurationsOf source: ModelSource) throws {
    let configuration = try configuration(of: source)
    var refusal: (any Error)?
    for family in families where try family.recognizes(source, configuration: configuration) {
      do { return try family.check(configuration ?? [:], of: source) } catch {
        refusal = refusal ?? error
      }
    }
    throw refusal ?? self.refusal(of: source, configuration)
  }

  /// Whether a folder is in two layouts of which only OpenCLIP's takes texts, told from the
  /// configurations alone.
  ///
  /// - Throws: as `read`, where a configuration cannot be read.
  package static func takesTextsAsOpenCLIPAlone(
    configurationsOf source: ModelSource
  ) throws -> Bool {
    guard let configuration = try configuration(of: source),
      let family = try families.first(where: {
        try $0.recognizes(source, configuration: configuration)
      }),
      family != OpenCLIP.self, !family.takesTexts(configuration)
    else { return false }
    return try OpenCLIP.recognizes(source, configuration: configuration)
  }

  /// `config.json`, or nil where there is none.
  private static func configuration(of source: ModelSource) throws -> JSONValue? {
    let configuration = try source.json("config.json")
    if let configuration, configuration.object == nil {
      throw ModelError.invalidConfiguration(
        name: "\(source.name)/config.json", reason: "not a JSON object")
    }
    return configuration
  }

  private static func refusal(
    of source: ModelSource, _ configuration: JSONValue?
  ) -> ModelError {
    guard let configuration else {
      return .notAModel(
        name: source.name,
        reason: "there is no config.json or open_clip_config.json, and its weights are not of "
          + "OpenAI's CLIP, which needs none; give the folder that holds the configuration and the "
          + "weights")
    }
    return .unsupported(name: source.name, kind: kind(of: configuration))
  }

  private static func kind(of configuration: JSONValue) -> String {
    let architecture = configuration["architecture"]?.string
    if let type = configuration["model_type"]?.string {
      return type == TimmVisionTransformer.timmWrapper
        ? "transformers' TimmWrapper around timm's \(architecture ?? "model") (model_type "
          + "timm_wrapper; save the inner model with timm)"
        : "the model type \(type)"
    }
    if let architecture {
      let design = TimmArchitecture.otherDesign(architecture).map { " (\($0))" } ?? ""
      return "the architecture \(architecture)\(design)"
    }
    return "a config.json without model_type or architecture"
  }
}
