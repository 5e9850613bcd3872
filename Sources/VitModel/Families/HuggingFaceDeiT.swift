import VitCheckpoint
import VitImage
import VitJSON
import VitTensor

/// DeiT as transformers stores it (`models/deit/modeling_deit.py`); every such model has a
/// distillation token, whether its task uses it or not.
enum HuggingFaceDeiT: ModelFamily {
  static let name = "DeiT (Hugging Face)"

  static func recognizes(_ source: ModelSource, configuration: JSONValue?) -> Bool {
    configuration?["model_type"]?.string == "deit"
  }

  static let keys: VisionKeys = {
    var keys = HuggingFaceViT.keys
    keys.distillationToken = "embeddings.distillation_token"
    return keys
  }()

  static func load(
    _ source: ModelSource, reader: TensorReader, configuration: JSONValue, options: FamilyOptions
  ) throws -> LoadedModel {
    let precision = options.precision
    let settings = ConfigurationReader(json: configuration, name: "\(source.name)/config.json")
    var vision = try HuggingFaceVision.configuration(settings)
    vision.hasDistillationToken = true
    let weights = reader.checkpoint
    let prefix = HuggingFaceVision.prefix("deit.", in: weights)
    let body = prefix.isEmpty ? reader : reader.scope("deit")
    let tower = try body.visionTransformer(vision, keys: keys, precision: precision)

    let pooler = try HuggingFaceVision.pooler(body, settings: settings, width: vision.width)
    func classifier(_ name: String) throws -> Linear? {
      guard let classes = reader.shape(of: "\(name).weight")?.first else { return nil }
      return try reader.linear(
        name, output: classes, input: vision.width, precision: .float32)
    }
    var head: ClassificationHead?
    if let single = try classifier("classifier") {
      head = ClassificationHead(classifier: single, distillationClassifier: nil)
    } else if let onClass = try classifier("cls_classifier") {
      guard let onDistillation = try classifier("distillation_classifier"),
        onDistillation.outputSize == onClass.outputSize
      else {
        throw ModelError.invalidConfiguration(
          name: weights.path,
          reason: "cls_classifier has no distillation_classifier of the same size beside it")
      }
      head = ClassificationHead(classifier: onClass, distillationClassifier: onDistillation)
    }
    try reader.finish(ignoring: ["\(prefix)embeddings.mask_token", "decoder.*", "*.position_ids"])
    return LoadedModel(
      family: name, architecture: HuggingFaceVision.architecture(configuration, "DeiTModel"),
      vision: tower, head: head, projection: pooler, labels: try settings.labels() ?? [],
      preprocessing: try HuggingFaceVision.preprocessing(source, family: .deit),
      weights: weights, parameterCount: reader.elementsRead)
  }
}
