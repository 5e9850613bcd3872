import Testing
import VitCheckpoint
import VitJSON

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
  private func declared(
    rows: Int, settings: String = "", registers: Int = 0
  ) throws -> DeclaredModel {
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
    return model
  }

  private func describe(
    rows: Int, settings: String = "", registers: Int = 0
  ) throws -> ModelDescription {
    try declared(rows: rows, settings: settings, registers: registers).describe()
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

  @Test func poolingIsThatOfTheArgumentsOrRefused() throws {
    func pooling(_ settings: String) throws -> Pooling? {
      try describe(rows: 17, settings: settings).image?.pooling
    }
    #expect(
      try pooling(
        #", "model_args": {"global_pool": "avg", "fc_norm": false, "pool_include_prefix": true}"#)
        == .averageOfAll)
    #expect(
      message { _ = try pooling(#", "model_args": {"global_pool": "avg"}"#) }
        .contains("global_pool is \"avg\", but the weights have their norm before pooling"))
    for (word, reason) in [("max", "the pooling max is not supported"), ("", "keeps every token")] {
      let text = message { _ = try pooling(#", "model_args": {"global_pool": "\#(word)"}"#) }
      #expect(text.contains(reason), "\(text)")
    }
    // timm writes it at the top, and does not read it there.
    let top = try describe(rows: 17, settings: #", "global_pool": "avg""#)
    #expect(top.image?.pooling == .classToken)
    #expect(top.warnings.contains { $0.contains("global_pool \"avg\" at its top is not followed") })
    #expect(try pooling(#", "global_pool": "token""#) == .classToken)
  }

  @Test func argumentsAreObeyed() throws {
    func tower(_ arguments: String) throws -> ImageTowerConfiguration {
      try #require(
        try describe(rows: 17, settings: #", "model_args": {\#(arguments)}"#).image)
    }
    #expect(try tower(#""act_layer": "gelu_tanh""#).activation == .geluTanh)
    #expect(try tower(#""act_layer": "Quick_GELU""#).activation == .quickGELU)
    #expect(try tower(#""act_layer": "swish""#).activation == .silu)
    #expect(try tower(#""num_heads": 4"#).heads == 4)
    #expect(try tower(#""norm_layer": "LayerNorm""#).epsilon == 1e-6)
    #expect(try tower(#""drop_rate": 0.1, "embed_dim": 64, "depth": 1"#).width == 64)
    #expect(try tower(#""dynamic_img_size": true, "img_size": 64"#).imageHeight == 64)
  }

  /// A norm that is named comes with its class's epsilon, not the architecture's.
  @Test func aNamedNormHasItsOwnEpsilon() throws {
    let clip = try #require(TimmArchitecture("vit_base_patch16_clip_224"))
    func epsilon(_ arguments: JSONValue) throws -> Float {
      try TimmTower(
        arguments: ConfigurationReader(json: arguments, name: "t"), architecture: clip,
        inputSize: nil, hasFixedInputSize: false
      ).epsilon
    }
    #expect(try epsilon([:]) == 1e-5)
    #expect(try epsilon(["norm_layer": "layer_norm"]) == 1e-6)
    #expect(message { _ = try epsilon(["norm_layer": "rmsnorm"]) }.contains("the norm \"rmsnorm\""))
  }

  @Test(arguments: [
    (#""patch_size": 8"#, "resampling the patch kernels from 16 to 8 pixels"),
    (#""act_layer": "hard_swish""#, "the activation \"hard_swish\""),
    (#""qk_norm": true"#, "qk_norm is true"), (#""in_chans": 1"#, "in_chans is 1"),
    (#""embed_dim": 192"#, "embed_dim is 192, but the weights have 64"),
    (#""depth": 12"#, "depth is 12, but the weights have 1"),
    (#""mlp_ratio": 4"#, "mlp_ratio is 4.0, but the weights have an MLP of 64"),
    (#""reg_tokens": 4"#, "reg_tokens is 4"), (#""class_token": false"#, "class_token is false"),
    (#""qkv_bias": false"#, "qkv_bias is false"), (#""init_values": 1e-5"#, "init_values is 1e-05"),
    (#""fc_norm": true"#, "fc_norm is true"), (#""pre_norm": true"#, "pre_norm is true"),
    (#""mlp_layer": "SwiGLUPacked""#, "mlp_layer is \"SwiGLUPacked\", a setting that is not known"),
    (#""rope": false"#, "rope is false, a setting that is not known"),
    (#""pos_embed": "none""#, "pos_embed is \"none\""),
    (#""dynamic_img_size": true, "dynamic_img_pad": true, "img_size": 60"#, "dynamic_img_pad"),
    (#""img_size": "big""#, "img_size is not a whole number"),
  ])
  func whatCannotBeIsRefusedByName(_ arguments: String, _ reason: String) {
    let text = message {
      _ = try describe(rows: 17, settings: #", "model_args": {\#(arguments)}"#)
    }
    #expect(text.contains(reason), "\(text)")
  }

  @Test func modelAndPreprocessingHaveOneSize() throws {
    func size(_ input: Int, _ arguments: String, fixed: Bool = false) throws -> Int? {
      try describe(
        rows: 17,
        settings: #", "pretrained_cfg": {"input_size": [3, \#(input), \#(input)], "#
          + #""fixed_input_size": \#(fixed)}, "model_args": {\#(arguments)}"#
      ).image?.imageHeight
    }
    #expect(try size(64, "") == 64)
    #expect(
      message { _ = try size(48, #""img_size": 64"#) }
        .contains("img_size is 64×64, but input_size makes images of 48×48"))
    // timm's own reader lets img_size win there, and input_size where any size is taken.
    #expect(try size(48, #""img_size": 64"#, fixed: true) == 64)
    #expect(try size(48, #""img_size": 64, "dynamic_img_size": true"#) == 48)
    #expect(
      message { _ = try describe(rows: 17, settings: #", "pretrained_cfg": {"input_size": 64}"#) }
        .contains("input_size is 64"))
  }

  @Test(arguments: [
    ("vit_small_patch16_dinov3", "DINOv3"), ("vit_giant_patch14_dinov2.lvd142m", "SwiGLU"),
    ("vit_base_patch16_siglip_224", "pooling by attention"),
    ("vit_pwee_patch16_reg1_gap_256", "parallel branches"),
    ("vit_dlittle_patch16_reg1_gap_256", "differential attention"),
  ])
  func otherDesignsAreNamed(_ architecture: String, _ design: String) {
    let model = DeclaredModel(files: ["config.json": #"{"architecture": "\#(architecture)"}"#])
    let text = message { _ = try model.describe() }
    #expect(text.contains("the architecture \(architecture) (") && text.contains(design), "\(text)")
  }

  /// Whatever the name says: the first layer of a gated MLP is twice as wide as the second.
  @Test func gatedMLPsAreToldByTheirShapes() throws {
    var model = try declared(rows: 17)
    model.shapes["blocks.0.mlp.fc2.weight"] = [64, 32]
    #expect(message { _ = try model.describe() }.contains("SwiGLU"))
    var normed = try declared(rows: 17)
    normed.others = [("blocks.0.attn.q_norm.weight", [64])]
    #expect(message { _ = try normed.describe() }.contains("qk_norm"))
  }

  @Test func aWrapperOfTransformersIsNamed() {
    let model = DeclaredModel(files: [
      "config.json": #"{"model_type": "timm_wrapper", "architecture": "vit_tiny_patch16_224"}"#
    ])
    #expect(message { _ = try model.describe() }.contains("TimmWrapper around timm's vit_tiny"))
  }

  @Test func classesThatCannotBeToldStopNoVector() throws {
    let wrong = try describe(rows: 17, settings: #", "label_names": ["a", "b"]"#)
    #expect(wrong.labels.isEmpty)
    #expect(wrong.classesError.map { "\($0)" }?.contains("label_names") == true)
    let count = try describe(rows: 17, settings: #", "num_classes": 7"#)
    #expect(count.classesError.map { "\($0)" }?.contains("num_classes is 7") == true)
    let numbers = try describe(
      rows: 17, settings: #", "num_classes": 5, "label_names": [0, 1, 2, 3, 4]"#)
    #expect(numbers.labels == ["0", "1", "2", "3", "4"] && numbers.classesError == nil)
  }
}
