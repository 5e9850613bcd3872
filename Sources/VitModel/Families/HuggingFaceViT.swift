import VitJSON

/// ViT as transformers stores it (`models/vit/modeling_vit.py`): `ViTModel`,
/// `ViTForImageClassification`, and the encoder of `ViTForMaskedImageModeling`.
enum HuggingFaceViT: ModelFamily {
  static let name = "ViT (Hugging Face)"

  static func recognizes(_ source: ModelSource, configuration: JSONValue?) -> Bool {
    configuration?["model_type"]?.string == "vit"
  }

  static let anchors = HuggingFaceVision.anchors(below: "vit")

  static let keys = ImageTowerKeys(
    patchWeight: "embeddings.patch_embeddings.projection.weight",
    patchBias: "embeddings.patch_embeddings.projection.bias",
    classToken: "embeddings.cls_token",
    positions: "embeddings.position_embeddings",
    finalNorm: "layernorm",
    blocks: "encoder.layer.",
    block: BlockKeys(
      norm1: "layernorm_before",
      queryKeyValue: .separate(
        query: "attention.attention.query", key: "attention.attention.key",
        value: "attention.attention.value"),
      outputProjection: "attention.output.dense",
      norm2: "layernorm_after",
      feedForward1: "intermediate.dense",
      feedForward2: "output.dense"))

  static func check(_ configuration: JSONValue, of source: ModelSource) throws {
    _ = try HuggingFaceVision.configuration(ConfigurationReader(configuration, of: source))
  }

  static func describe(_ input: FamilyInput, reader: ParameterReader) throws -> ModelDescription {
    let settings = ConfigurationReader(input)
    let body = HuggingFaceVision.body("vit", reader)
    let vision = try HuggingFaceVision.configuration(settings)
    var model = ModelDescription(
      family: name, architecture: HuggingFaceVision.architecture(settings.json, "ViTModel"),
      from: input)
    model.image = vision
    model.preprocessing = try HuggingFaceVision.preprocessing(&model, input, .vit, vision)
    model.layout.image = try body.imageTower(keys, vision)
    if reader.contains("classifier.weight") {
      model.layout.classifier = try reader.linear("classifier", input: vision.width)
    }
    try HuggingFaceVision.addClasses(to: &model, settings)
    try HuggingFaceVision.addPooler(to: &model, body, settings: settings, width: vision.width)
    try reader.finish(ignoring: HuggingFaceVision.unused(body, model))
    return model
  }
}
