import VitJSON

/// DeiT as transformers stores it (`models/deit/modeling_deit.py`); every such model has a
/// distillation token, whether its task uses it or not.
enum HuggingFaceDeiT: ModelFamily {
  static let name = "DeiT (Hugging Face)"

  static func recognizes(_ source: ModelSource, configuration: JSONValue?) -> Bool {
    configuration?["model_type"]?.string == "deit"
  }

  static let anchors = HuggingFaceVision.anchors(below: "deit")

  static let keys: ImageTowerKeys = {
    var keys = HuggingFaceViT.keys
    keys.distillationToken = "embeddings.distillation_token"
    return keys
  }()

  static func check(_ configuration: JSONValue, of source: ModelSource) throws {
    _ = try HuggingFaceVision.configuration(ConfigurationReader(configuration, of: source))
  }

  static func describe(_ input: FamilyInput, reader: ParameterReader) throws -> ModelDescription {
    let settings = ConfigurationReader(input)
    let body = HuggingFaceVision.body("deit", reader)
    var vision = try HuggingFaceVision.configuration(settings)
    vision.hasDistillationToken = true
    var model = ModelDescription(
      family: name, architecture: HuggingFaceVision.architecture(settings.json, "DeiTModel"),
      from: input)
    model.image = vision
    model.preprocessing = try HuggingFaceVision.preprocessing(&model, input, .deit, vision)
    model.layout.image = try body.imageTower(keys, vision)

    func classifier(_ name: String) throws -> LinearParameters<Parameter>? {
      guard reader.contains("\(name).weight") else { return nil }
      return try reader.linear(name, input: vision.width)
    }
    if let single = try classifier("classifier") {
      model.layout.classifier = single
    } else if let onClass = try classifier("cls_classifier") {
      guard let onDistillation = try classifier("distillation_classifier"),
        onDistillation.outputSize == onClass.outputSize
      else {
        throw ModelError.invalidConfiguration(
          name: reader.path,
          reason: "cls_classifier has no distillation_classifier of the same size beside it")
      }
      model.layout.classifier = onClass
      model.layout.distillationClassifier = onDistillation
    }
    try HuggingFaceVision.addClasses(to: &model, settings)
    try HuggingFaceVision.addPooler(to: &model, body, settings: settings, width: vision.width)
    try reader.finish(ignoring: HuggingFaceVision.unused(body, model))
    return model
  }
}
