import Testing
import VitCheckpoint

@testable import VitModel

@Suite struct TimmVisionTransformerTests {
  @Test(arguments: [
    ("vit_tiny_patch16_224.augreg_in21k", 64, "token"), ("vit_huge_patch14_224", 80, "token"),
    ("vit_so400m_patch14_siglip_gap_224", 72, "avg"), ("deit3_small_patch16_224", 64, "token"),
    ("test_vit2", 32, "avg"), ("vit_base_patch16_gap_224", 48, "avg"),
  ])
  func namesTellWhatShapesCannot(_ name: String, _ headSize: Int, _ pooling: String) throws {
    let architecture = try #require(TimmArchitecture(name))
    #expect(architecture.headSize == headSize && architecture.pooling == pooling)
  }

  @Test(arguments: [
    "resnet50", "vit_relpos_small_patch16_224", "vit_base_patch16_siglip_224", "swin_tiny",
    "vit_base_patch16_rope_224",
  ])
  func otherDesignsAreNotTaken(_ name: String) {
    #expect(TimmArchitecture(name) == nil)
  }

  /// A table for a grid of patches, with or without rows for the other tokens.
  private func describe(
    rows: Int, settings: String = "", registers: Int = 0
  ) throws -> ModelDescription {
    var model = DeclaredModel(files: [
      "config.json": #"{"architecture": "vit_tiny_patch16_224"\#(settings)}"#
    ])
    model.shapes = ["pos_embed": [1, rows, 64], "reg_token": [1, registers, 64]]
    var configuration = ImageTowerConfiguration(
      imageHeight: 16 * rows, imageWidth: 16, patchSize: 16, width: 64, depth: 1, heads: 1,
      mlpSize: 64, activation: .geluErf, epsilon: 1e-6)
    configuration.registerTokens = registers
    configuration.positionsCoverPrefix = false
    _ = try model.reader.imageTower(TimmVisionTransformer.keys, configuration)
    _ = try model.reader.linear("head", output: 5, input: 64)
    return try model.describe()
  }

  @Test func theGridIsThatOfTheTable() throws {
    let square = try describe(rows: 17)
    #expect(square.image?.trainedGrid == PositionGrid(height: 4, width: 4))
    #expect(square.image?.positionsCoverPrefix == true && square.image?.imageHeight == 64)
    #expect(square.classCount == 5 && square.image?.heads == 1)
    let sized = try describe(rows: 7, settings: #", "model_args": {"img_size": [48, 32]}"#)
    #expect(sized.image?.trainedGrid == PositionGrid(height: 3, width: 2))
    #expect(sized.image?.imageHeight == 48 && sized.image?.imageWidth == 32)
    let patchesAlone = try describe(
      rows: 9, settings: #", "model_args": {"no_embed_class": true}"#, registers: 3)
    #expect(patchesAlone.image?.positionsCoverPrefix == false)
    #expect(patchesAlone.image?.prefixTokens == 4)
    #expect(message { _ = try describe(rows: 8) }.contains("pos_embed has 8 rows"))
  }

  @Test func poolingIsTheConfigurationsOrRefused() throws {
    let average = try describe(
      rows: 17, settings: #", "global_pool": "avg", "model_args": {"pool_include_prefix": true}"#)
    #expect(average.image?.pooling == .averageOfAll)
    #expect(
      message { _ = try describe(rows: 17, settings: #", "global_pool": "max""#) }
        .contains("the pooling max is not supported here"))
  }
}
