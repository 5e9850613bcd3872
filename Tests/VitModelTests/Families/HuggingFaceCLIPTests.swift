import Testing
import VitCheckpoint

@testable import VitModel

@Suite struct HuggingFaceCLIPTests {
  /// A CLIP of two small towers.
  private func model(textSettings: String = "", projection: Int = 4) throws -> DeclaredModel {
    let model = DeclaredModel(files: [
      "config.json": """
      {"model_type": "clip", "projection_dim": \(projection),
       "vision_config": {"image_size": 16, "patch_size": 8, "hidden_size": 8,
         "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16},
       "text_config": {"max_position_embeddings": 6, "vocab_size": 20, "hidden_size": 8,
         "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16\(textSettings)}}
      """
    ])
    let image = ImageTowerConfiguration(
      imageHeight: 16, imageWidth: 16, patchSize: 8, width: 8, depth: 1, heads: 2, mlpSize: 16,
      activation: .quickGELU, epsilon: 1e-5, hasPatchBias: false, hasNormBeforeBlocks: true,
      hasFinalNorm: false, hasPooledNorm: true)
    let text = TextTowerConfiguration(
      contextLength: 6, vocabularySize: 20, width: 8, depth: 1, heads: 2, mlpSize: 16,
      activation: .quickGELU, epsilon: 1e-5, pooling: .largestID, paddingID: 1)
    _ = try model.reader.scope("vision_model").imageTower(HuggingFaceCLIP.imageKeys, image)
    _ = try model.reader.scope("text_model").textTower(HuggingFaceCLIP.textKeys, text)
    _ = try model.reader.linear("visual_projection", output: 4, input: 8, bias: false)
    _ = try model.reader.linear("text_projection", output: 4, input: 8, bias: false)
    _ = try model.reader.parameter("logit_scale", [])
    return model
  }

  @Test func bothTowersAreFound() throws {
    let description = try model().describe()
    #expect(description.family == "CLIP (Hugging Face)")
    #expect(description.imageEmbeddingSize == 4 && description.textEmbeddingSize == 4)
    #expect(description.layout.logitScale != nil && description.layout.classifier == nil)
    #expect(description.tokenizer != nil && description.preprocessing != nil)
  }

  /// The other tower's parameters are neither found nor left over.
  @Test func oneTowerLeavesTheOther() throws {
    let model = try model()
    let image = try model.describe(towers: .image)
    #expect(image.text == nil && image.tokenizer == nil && image.layout.text == nil)
    #expect(image.parameters.entries.allSatisfy { !$0.name.hasPrefix("text_") })
    let text = try model.describe(towers: .text)
    #expect(text.image == nil && text.preprocessing == nil && text.layout.image == nil)
    #expect(text.parameters.entries.allSatisfy { !$0.name.hasPrefix("vision_model") })
  }

  /// Files from before the end's id was corrected say 2, and mean the largest id.
  @Test func theEndOfTextIsTheConfigurations() throws {
    #expect(try model().describe().text?.pooling == .firstOf(49407))
    #expect(try model(textSettings: #", "eos_token_id": 2"#).describe().text?.pooling == .largestID)
    #expect(
      try model(textSettings: #", "eos_token_id": 7"#).describe().text?.pooling == .firstOf(7))
    #expect(
      message { _ = try model(textSettings: #", "eos_token_id": 99999999999"#).describe() }
        .contains("eos_token_id 99999999999"))
  }

  /// What an old file's dictionary leaves open is the class's default, not what stands beside it
  /// (`CLIPConfig` of transformers).
  @Test func oldDictionariesHaveTheWord() throws {
    var model = try model(textSettings: #", "hidden_act": "relu", "eos_token_id": 2"#)
    let sizes = """
      "max_position_embeddings": 6, "vocab_size": 20, "hidden_size": 8, "num_hidden_layers": 1,
      "num_attention_heads": 2, "intermediate_size": 16
      """
    #expect(try model.describe().text?.activation == .relu)
    let file = try #require(model.files["config.json"])
    model.files["config.json"] = file.replacing(
      "\"projection_dim\"", with: "\"text_config_dict\": {\(sizes)}, \"projection_dim\"")
    let text = try #require(try model.describe().text)
    #expect(text.activation == .quickGELU && text.pooling == .firstOf(49407))
    model.files["config.json"] = file.replacing(
      "\"projection_dim\"", with: "\"text_config_dict\": null, \"projection_dim\"")
    #expect(try model.describe().text?.activation == .relu)
  }

  /// transformers refuses it too; only OpenCLIP and timm resize a table as they load.
  @Test func aPositionTableOfAnotherLengthIsNamed() throws {
    var model = try model()
    model.shapes["text_model.embeddings.position_embedding.weight"] = [9, 8]
    #expect(
      message { _ = try model.describe() }
        .contains("position_embedding.weight has the shape [9, 8], but config.json asks for [6, 8]")
    )
  }

  @Test func everySettingIsObeyedOrNamed() throws {
    #expect(
      message { _ = try model(textSettings: #", "use_rope": true"#).describe() }
        .contains("config.json text_config: use_rope is true"))
    #expect(
      try model(textSettings: #", "top_k": 50, "bos_token_id": 0, "id2label": {"0": "LABEL_0"}"#)
        .describe().text != nil)
    // Where the tower is not read, nothing of it counts.
    #expect(
      try model(textSettings: #", "use_rope": true"#).describe(towers: .image).image != nil)
  }

  @Test func whatIsLeftOverOrMissingIsNamed() throws {
    var more = try model()
    more.others = [("text_model.extra.weight", [3])]
    #expect(message { _ = try more.describe() }.contains("text_model.extra.weight [3]"))
    let other = try model(projection: 5)
    #expect(
      message { _ = try other.describe() }
        .contains("visual_projection.weight has the shape [4, 8], but config.json asks for [5, 8]"))
    let empty = DeclaredModel(files: ["config.json": #"{"model_type": "clip"}"#])
    #expect(message { _ = try empty.describe() }.contains("neither an image nor a text tower"))
  }
}
