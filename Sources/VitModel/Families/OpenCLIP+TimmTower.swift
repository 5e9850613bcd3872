import VitJSON
import VitTensor

/// Image towers of timm within OpenCLIP (`timm_model.py`, `TimmModel`).
extension OpenCLIP {
  /// timm's tower in the scope `trunk`, with a projection of open_clip's beside it.
  static func addTimmTower(
    to model: inout ModelDescription, _ body: ParameterReader, architecture fullName: String,
    _ settings: ConfigurationReader
  ) throws {
    guard let architecture = TimmArchitecture(fullName) else {
      throw ModelError.unsupported(
        name: settings.name,
        kind: "the image tower \(fullName)"
          + (TimmArchitecture.otherDesign(fullName).map { " (\($0))" } ?? ""))
    }
    let pooling =
      try settings.string("timm_pool") ?? (settings.json["timm_pool"] == nil ? "avg" : "")
    let image = try settings.size("image_size", default: 224)
    let trunk = body.scope("trunk")
    let keys = TimmVisionTransformer.keys
    let vision = try TimmVisionTransformer.configuration(
      TimmTower(
        arguments: ConfigurationReader(
          json: pooling.isEmpty ? [:] : ["global_pool": .string(pooling)], name: settings.name),
        architecture: architecture, inputSize: image, hasFixedInputSize: true),
      reader: trunk, keys: keys)
    let grid = vision.trainedGrid
    if !architecture.hasDynamicSize,
      grid.height != vision.gridHeight || grid.width != vision.gridWidth
    {
      throw ModelError.invalidConfiguration(
        name: settings.name,
        reason: "image_size is \(image.width)×\(image.height), but the positions of the tower "
          + "\(fullName) are for \(grid.width * vision.patchSize)×"
          + "\(grid.height * vision.patchSize), which open_clip does not resize")
    }
    model.image = vision
    model.layout.image = try trunk.imageTower(keys, vision)

    let hasBias = try settings.bool("timm_proj_bias", default: false)
    // Absent means linear; null and "" mean the trunk's own classifier.
    let kind = settings.json["timm_proj"].map { $0.string ?? "" } ?? "linear"
    switch kind {
    case "linear":
      model.layout.imageProjection = [
        try body.linear("head.proj", input: vision.width, bias: hasBias)
      ]
    case "mlp":
      let first = try body.linear("head.mlp.fc1", input: vision.width)
      model.layout.imageProjection = [
        first, try body.linear("head.mlp.fc2", input: first.outputSize, bias: hasBias),
      ]
      model.imageProjectionActivations = [.geluErf]
    case "none": break
    case "":
      model.layout.imageProjection = [
        try trunk.linear("head", input: vision.width, bias: trunk.contains("head.bias"))
      ]
    default:
      throw ModelError.unsupported(name: settings.name, kind: "the projection timm_proj \(kind)")
    }
  }
}
