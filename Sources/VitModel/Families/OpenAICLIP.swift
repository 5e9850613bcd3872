import VitCheckpoint
import VitImage
import VitJSON

/// OpenAI's own archives (`ViT-B-32.pt`, TorchScript) and state dicts of them in any format, which bring
/// no configuration: everything is read from the shapes, as openai/CLIP `build_model` does. What they
/// were converted to, and what was saved of them, names the family.
enum OpenAICLIP: ModelFamily {
  static let name = "CLIP (OpenAI)"

  private static let convertedWeights = "model.safetensors"
  static let weightsCandidates = [convertedWeights]

  static func recognizes(_ source: ModelSource, configuration: JSONValue?) throws -> Bool {
    guard configuration == nil || source.weightsFile != nil,
      source.hasWeights(candidates: weightsCandidates)
    else { return false }
    let checkpoint = try source.weights(candidates: weightsCandidates)
    if saidToBeOpenAIs(checkpoint) { return true }
    // OpenCLIP's own files have tensors of the same names, and need their configuration.
    guard checkpoint.conversion == nil, SavedWeights.family(of: checkpoint) == nil,
      !(checkpoint.path.split(separator: "/").last ?? "").hasPrefix("open_clip_"),
      try source.json("open_clip_config.json") == nil
    else { return false }
    let paths = checkpoint.names.map { TensorPath($0) }
    func places(of anchor: String) throws -> [TensorPath] {
      try ModelWeights.places(of: [anchor], in: paths, file: checkpoint.path)
    }
    let texts = try places(of: OpenCLIP.textKeys.tokenEmbedding)
    return try places(of: "visual.\(OpenCLIP.imageKeys.patchWeight)").contains { image in
      texts.contains { $0.equals(image) }
    }
  }

  static let anchors = [
    "visual.\(OpenCLIP.imageKeys.patchWeight)", OpenCLIP.textKeys.tokenEmbedding,
  ]

  /// Whether the file itself says so.
  private static func saidToBeOpenAIs(_ checkpoint: Checkpoint) -> Bool {
    checkpoint.conversion?.family == name || SavedWeights.family(of: checkpoint) == name
      || checkpoint.isTorchScript && checkpoint.tensors["token_embedding.weight"] != nil
  }

  static func describe(_ input: FamilyInput, reader: ParameterReader) throws -> ModelDescription {
    guard reader.contains("visual.conv1.weight"), reader.contains("visual.proj") else {
      throw ModelError.unsupported(
        name: input.source.name, kind: "an OpenAI CLIP with a ResNet tower")
    }
    var model = ModelDescription(family: name, architecture: "CLIP", from: input)
    if !saidToBeOpenAIs(input.weights) {
      model.warnings.append(
        "\(input.source.name): there is no configuration, so it is read as OpenAI's CLIP, with quick GELU; weights that "
          + "OpenCLIP trained need their open_clip_config.json beside them")
    }
    var skipped: [NamePattern] = ["input_resolution", "context_length", "vocab_size"]
    if input.towers.includeImage {
      try addImageTower(to: &model, reader)
    } else {
      skipped.append("visual.*")
    }
    if input.towers.includeText {
      try addTextTower(to: &model, reader)
    } else {
      skipped += [
        "positional_embedding", "token_embedding.*", "text_projection", "ln_final.*",
        "transformer.*",
      ]
    }
    model.layout.logitScale = try reader.scalar("logit_scale")
    try reader.finish(ignoring: skipped)
    return model
  }

  private static func addImageTower(
    to model: inout ModelDescription, _ reader: ParameterReader
  ) throws {
    let patch = try shape("visual.conv1.weight", rank: 4, reader)
    let rows = try shape("visual.positional_embedding", rank: 2, reader)[0]
    let width = patch[0]
    let side = Int(Double(rows - 1).squareRoot().rounded())
    guard side > 0, side * side == rows - 1 else {
      throw ModelError.invalidConfiguration(
        name: reader.path, reason: "visual.positional_embedding has \(rows) rows")
    }
    let body = reader.scope("visual")
    let vision = try ImageTowerConfiguration(
      imageHeight: side * patch[3], imageWidth: side * patch[3], patchSize: patch[3],
      width: width, depth: body.countBlocks(OpenCLIP.imageKeys.blocks),
      heads: max(1, width / 64),
      mlpSize: shape("visual.transformer.resblocks.0.mlp.c_fc.weight", rank: 2, reader)[0],
      activation: .quickGELU, epsilon: 1e-5, hasPatchBias: false, hasNormBeforeBlocks: true,
      interpolation: .bicubicAntialiased
    ).validated(name: reader.path)
    model.image = vision
    model.layout.image = try body.imageTower(OpenCLIP.imageKeys, vision)
    model.layout.imageProjection = [try body.transposedLinear("proj", input: width)]
    model.preprocessing = try Preprocessing.openCLIP(
      nil, imageHeight: vision.imageHeight, imageWidth: vision.imageWidth,
      name: model.source.name)
  }

  private static func addTextTower(
    to model: inout ModelDescription, _ reader: ParameterReader
  ) throws {
    let embedding = try shape("token_embedding.weight", rank: 2, reader)
    let width = embedding[1]
    let text = try TextTowerConfiguration(
      contextLength: shape("positional_embedding", rank: 2, reader)[0],
      vocabularySize: embedding[0], width: width,
      depth: reader.countBlocks(OpenCLIP.textKeys.blocks), heads: max(1, width / 64),
      mlpSize: shape("transformer.resblocks.0.mlp.c_fc.weight", rank: 2, reader)[0],
      activation: .quickGELU, epsilon: 1e-5, pooling: .largestID, paddingID: 0
    ).validated(name: reader.path)
    model.text = text
    model.layout.text = try reader.textTower(OpenCLIP.textKeys, text)
    model.layout.textProjection = try reader.transposedLinear("text_projection", input: width)
    model.tokenizer = try model.source.tokenizer(
      layout: .openAI, contextLength: text.contextLength)
  }

  /// A shape of so many axes, each of a size that a tower can have.
  private static func shape(
    _ name: String, rank: Int, _ reader: ParameterReader
  ) throws -> [Int] {
    let shape = try reader.requiredShape(of: name)
    guard shape.count == rank, shape.allSatisfy({ (1...1 << 24).contains($0) }) else {
      throw ModelError.invalidConfiguration(
        name: reader.path, reason: "\(name) has the shape \(shape)")
    }
    return shape
  }
}
