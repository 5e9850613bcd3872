import Testing
import VitCheckpoint

@testable import VitModel

@Suite struct OpenAICLIPTests {
  /// A state dict of OpenAI's layout, without a configuration.
  private func model(
    prefix: String = "", files: [String: String] = [:], imageLayers: Int = 2
  ) throws -> DeclaredModel {
    let model = DeclaredModel(files: files)
    let top = prefix.isEmpty ? model.reader : model.reader.scope(prefix)
    let imageTower = ImageTowerConfiguration(
      imageHeight: 16, imageWidth: 16, patchSize: 8, width: 128, depth: imageLayers, heads: 2,
      mlpSize: 512, activation: .quickGELU, epsilon: 1e-5, hasPatchBias: false,
      hasNormBeforeBlocks: true)
    let textTower = TextTowerConfiguration(
      contextLength: 77, vocabularySize: 49408, width: 64, depth: 1, heads: 1, mlpSize: 256,
      activation: .quickGELU, epsilon: 1e-5, pooling: .largestID, paddingID: 0)
    let visual = top.scope("visual")
    _ = try visual.imageTower(OpenCLIP.imageKeys, imageTower)
    _ = try visual.parameter("proj", [128, 4])
    _ = try top.textTower(OpenCLIP.textKeys, textTower)
    _ = try top.parameter("text_projection", [64, 4])
    _ = try top.parameter("logit_scale", [])
    return model
  }

  @Test(arguments: ["", "module", "model", "state_dict.model"])
  func theShapesSayEverything(prefix: String) throws {
    let description = try model(prefix: prefix).describe()
    #expect(description.family == "CLIP (OpenAI)" && description.embeddingSize == 4)
    let image = try #require(description.image)
    #expect(image.imageHeight == 16 && image.patchSize == 8 && image.depth == 2)
    #expect(image.heads == 2 && image.activation == .quickGELU)
    let text = try #require(description.text)
    #expect(text.contextLength == 77 && text.depth == 1 && text.pooling == .largestID)
    // OpenCLIP's state dicts look alike, and mean another activation.
    #expect(description.warnings.count == 1)
    #expect(description.warnings[0].contains("open_clip_config.json"))
  }

  /// A configuration wins, and one that is not understood is not passed over.
  @Test func aConfigurationBesideItIsNotPassedOver() throws {
    let half = try model(files: ["open_clip_config.json": "{}"])
    #expect(message { _ = try half.describe() }.contains("model_cfg with vision_cfg and text_cfg"))
    let other = try model(files: ["config.json": #"{"model_type": "bert"}"#])
    #expect(message { _ = try other.describe() }.contains("the model type bert"))
  }

  @Test func otherTensorsAreNotTakenForIt() {
    var model = DeclaredModel(files: [:])
    model.others = [("token_embedding.weight", [2, 2]), ("x.visual.conv1.weight", [1])]
    #expect(message { _ = try model.describe() }.contains("not of OpenAI's CLIP"))
  }
}
