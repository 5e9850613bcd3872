import VitTensor

/// open_clip's own image tower (`transformer.py`, `VisionTransformer`).
extension OpenCLIP {
  /// What `vision_cfg` may say of either kind of tower.
  static func checkImageTower(_ settings: ConfigurationReader) throws {
    guard try settings.string("timm_model_name") == nil else {
      return try settings.check(OpenCLIPSettings.timmVision)
    }
    try settings.check(OpenCLIPSettings.vision)
    if settings.json["layers"]?.array != nil {
      throw ModelError.unsupported(name: settings.name, kind: "a ResNet image tower")
    }
    if let attentional = settings.json["attentional_pool"], attentional.bool != false,
      !attentional.isNull
    {
      throw ModelError.unsupported(name: settings.name, kind: "attentional pooling")
    }
  }

  /// - Parameter body: the tower's scope.
  static func addImageTower(
    to model: inout ModelDescription, _ body: ParameterReader, _ settings: ConfigurationReader,
    quickGELU: Bool
  ) throws {
    try checkImageTower(settings)
    if let trunk = try settings.string("timm_model_name") {
      return try addTimmTower(to: &model, body, architecture: trunk, settings)
    }
    let image = try settings.size("image_size", default: 224)
    let patch = try settings.squarePatch("patch_size", default: 16)
    let width = try settings.int("width", default: 768)
    let headWidth = try settings.int("head_width", default: 64)
    let afterPooling = try settings.bool("final_ln_after_pool", default: false)
    let pooling: Pooling
    switch try settings.string("pool_type") ?? "tok" {
    case "tok": pooling = .classToken
    case "avg": pooling = .averageOfPatches
    case let other:
      throw ModelError.unsupported(name: settings.name, kind: "the image pooling \(other)")
    }
    var vision = ImageTowerConfiguration(
      imageHeight: image.height, imageWidth: image.width, patchSize: patch, width: width,
      depth: try settings.int("layers", default: 12),
      heads: headWidth > 0 ? width / headWidth : 0,
      mlpSize: try hiddenSize(settings, width: width),
      activation: try activation(settings, quickGELU: quickGELU), epsilon: try epsilon(settings),
      hasPatchBias: false,
      hasNormBeforeBlocks: try !settings.bool("no_ln_pre", default: false),
      hasLayerScale: settings.json["ls_init_value"].map { !$0.isNull } ?? false,
      hasFinalNorm: !afterPooling, pooling: pooling, hasPooledNorm: afterPooling,
      interpolation: .bicubicAntialiased)
    vision = try vision.validated(name: settings.name)
    vision.positionGrid = try positionGrid(body, vision)
    model.image = vision
    model.layout.image = try body.imageTower(imageKeys, vision)
    model.layout.imageProjection = [try body.transposedLinear("proj", input: width)]
  }

  /// Nil where the table has the rows of the image size; otherwise the square that it was made for,
  /// which OpenCLIP resizes as it loads.
  private static func positionGrid(
    _ body: ParameterReader, _ vision: ImageTowerConfiguration
  ) throws -> PositionGrid? {
    guard let rows = body.shape(of: imageKeys.positions)?.first, rows != vision.patches + 1
    else { return nil }
    let side = Int(Double(max(0, rows - 1)).squareRoot())
    guard side > 0, side * side == rows - 1 else {
      throw ModelError.invalidConfiguration(
        name: body.path,
        reason: "visual.positional_embedding has \(rows) rows, which is no class token and a square"
      )
    }
    return PositionGrid(height: side, width: side)
  }
}
