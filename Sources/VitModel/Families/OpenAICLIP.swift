import VitCheckpoint
import VitImage
import VitJSON
import VitTensor
import VitText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// OpenAI's own archives (`ViT-B-32.pt`, TorchScript), which bring no configuration: everything is
/// read from the shapes, as openai/CLIP `build_model` does. What they were converted to names the
/// family.
enum OpenAICLIP: ModelFamily {
  static let name = "CLIP (OpenAI)"

  private static let convertedWeights = "model.safetensors"
  static let weightsCandidates = [convertedWeights]

  static func recognizes(_ source: ModelSource, configuration: JSONValue?) throws -> Bool {
    guard configuration == nil || source.weightsFile != nil,
      source.hasWeights(candidates: weightsCandidates)
    else { return false }
    let checkpoint = try source.weights(candidates: weightsCandidates)
    return checkpoint.conversion?.family == name
      || checkpoint.isTorchScript && checkpoint.tensors["token_embedding.weight"] != nil
  }

  static func load(
    _ source: ModelSource, reader: TensorReader, configuration: JSONValue, options: FamilyOptions
  ) throws -> LoadedModel {
    let weights = reader.checkpoint
    guard reader.contains("visual.conv1.weight"), reader.contains("visual.proj") else {
      throw ModelError.unsupported(name: source.name, kind: "an OpenAI CLIP with a ResNet tower")
    }
    func shape(_ name: String, rank: Int) throws -> [Int] {
      guard let shape = reader.shape(of: name) else {
        throw CheckpointError.missingTensors(file: weights.path, names: [name])
      }
      guard shape.count == rank, shape.allSatisfy({ (1...1 << 24).contains($0) }) else {
        throw ModelError.invalidConfiguration(
          name: weights.path, reason: "\(name) has the shape \(shape)")
      }
      return shape
    }
    var model = LoadedModel(
      family: name, architecture: "CLIP", labels: [], weights: weights, parameterCount: 0)
    var skipped = ["input_resolution", "context_length", "vocab_size"]

    if options.towers.includeImage {
      let patch = try shape("visual.conv1.weight", rank: 4)
      let rows = try shape("visual.positional_embedding", rank: 2)[0]
      let width = patch[0]
      let side = Int(Double(rows - 1).squareRoot().rounded())
      guard side > 0, side * side == rows - 1 else {
        throw ModelError.invalidConfiguration(
          name: weights.path, reason: "visual.positional_embedding has \(rows) rows")
      }
      let body = reader.scope("visual")
      let vision = try VisionConfiguration(
        imageHeight: side * patch[3], imageWidth: side * patch[3], patchSize: patch[3],
        width: width, depth: body.countBlocks(OpenCLIP.visionKeys.blocks),
        heads: max(1, width / 64),
        mlpSize: shape("visual.transformer.resblocks.0.mlp.c_fc.weight", rank: 2)[0],
        activation: .quickGELU, epsilon: 1e-5, hasPatchBias: false, hasNormBeforeBlocks: true,
        interpolation: .bicubicAntialiased
      ).validated(name: weights.path)
      model.vision = try body.visionTransformer(
        vision, keys: OpenCLIP.visionKeys, precision: options.precision)
      model.projection = ProjectionHead(layers: [
        (try body.transposedLinear("proj", input: width, precision: .float32), .identity)
      ])
      model.preprocessing = try Preprocessing.openCLIP(
        nil, imageHeight: vision.imageHeight, imageWidth: vision.imageWidth, name: source.name)
    } else {
      skipped.append("visual.*")
    }
    if options.towers.includeText {
      let embedding = try shape("token_embedding.weight", rank: 2)
      let width = embedding[1]
      let text = try TextConfiguration(
        contextLength: shape("positional_embedding", rank: 2)[0], vocabularySize: embedding[0],
        width: width, depth: reader.countBlocks(OpenCLIP.textKeys.blocks),
        heads: max(1, width / 64),
        mlpSize: shape("transformer.resblocks.0.mlp.c_fc.weight", rank: 2)[0],
        activation: .quickGELU, epsilon: 1e-5, pooling: .largestID, paddingID: 0
      ).validated(name: weights.path)
      model.text = TextEncoder(
        tower: try reader.textTransformer(
          text, keys: OpenCLIP.textKeys, precision: options.precision),
        projection: ProjectionHead(layers: [
          (
            try reader.transposedLinear("text_projection", input: width, precision: .float32),
            .identity
          )
        ]),
        tokenizer: try source.tokenizer(layout: .openAI, contextLength: text.contextLength))
    } else {
      skipped += [
        "positional_embedding", "token_embedding.*", "text_projection", "ln_final.*",
        "transformer.*",
      ]
    }
    model.logitScale = try reader.logitScale()
    try reader.finish(ignoring: skipped)
    model.parameterCount = reader.elementsRead
    return model
  }
}
