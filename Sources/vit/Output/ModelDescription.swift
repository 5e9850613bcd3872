import VitKit

/// What `inspect` tells of a model.
struct ModelDescription {
  /// Flat keys with units in their names.
  private let members: [(String, JSONText)]
  private let info: ModelInfo
  private let weightsHash: String

  init(_ model: Model) {
    weightsHash = model.weightsHash()
    info = model.info
    members = [
      ("model", .string(info.name)),
      ("family", .string(info.family)),
      ("architecture", .string(info.architecture)),
      ("image_height_px", .number(info.imageHeight)),
      ("image_width_px", .number(info.imageWidth)),
      ("patch_size_px", .number(info.patchSize)),
      ("width", .number(info.width)),
      ("depth", .number(info.depth)),
      ("heads", .number(info.heads)),
      ("head_size", .number(info.headSize)),
      ("mlp_size", .number(info.mlpSize)),
      ("activation", .string(info.activation)),
      ("epsilon", .number(info.epsilon)),
      ("pooling", .string(info.pooling)),
      ("class_token", .bool(info.hasClassToken)),
      ("register_tokens", .number(info.registerTokens)),
      ("embedding_size", .number(info.embeddingSize)),
      ("class_count", .number(info.classCount)),
      ("precision", .string(info.precision)),
      ("preprocessing", .string("\(info.preprocessing)")),
      ("preprocessing_defaults", .strings(info.preprocessing.defaultedFields)),
      ("parameter_count", .number(info.parameterCount)),
      ("multiply_adds_per_image", .number(info.multiplyAddsPerImage)),
      ("weights_path", .string(info.weightsPath)),
      ("weights_sha256", .string(weightsHash)),
      ("notes", .strings(info.notes)),
    ]
  }

  var json: JSONText {
    .object(
      members + [
        ("labels", .strings(info.labels)),
        (
          "tensors",
          .array(
            info.tensors.map {
              .object([
                ("name", .string($0.name)), ("data_type", .string($0.dataType)),
                ("shape", .array($0.shape.map { .number($0) })),
              ])
            })
        ),
      ])
  }

  func table(listsTensors: Bool) -> String {
    var rows = [
      ("model", info.name),
      ("family", info.family),
      ("architecture", info.architecture),
      ("image", "\(info.imageWidth) × \(info.imageHeight) px, patches of \(info.patchSize) px"),
      ("encoder", "\(info.depth) blocks of width \(info.width), MLP \(info.mlpSize)"),
      ("attention", "\(info.heads) heads of size \(info.headSize)"),
      ("activation", info.activation),
      ("epsilon", "\(info.epsilon)"),
      ("pooling", pooling),
      ("embedding", "\(info.embeddingSize) numbers"),
      ("classes", info.classCount.map(String.init) ?? "none; it has no classification head"),
      ("precision", info.precision),
      ("preprocessing", "\(info.preprocessing)"),
    ]
    let defaults = info.preprocessing.defaultedFields
    if !defaults.isEmpty {
      rows.append(("", "family's default: " + defaults.joined(separator: ", ")))
    }
    rows += [
      ("parameters", grouped(info.parameterCount)),
      ("operations", "\(grouped(info.multiplyAddsPerImage)) multiply-adds an image"),
      ("weights", info.weightsPath),
      ("sha256", weightsHash),
      ("tensors", "\(info.tensors.count)" + (listsTensors ? "" : "; --tensors lists them")),
    ]
    rows += info.notes.map { ("note", $0) }
    var text = rows.map { "\($0.0.padded(to: 15))\($0.1)\n" }.joined()
    if listsTensors {
      let width = info.tensors.map(\.name.count).max() ?? 0
      text += info.tensors.map {
        "  \($0.name.padded(to: width))  \($0.dataType.padded(to: 5))  \($0.shape)\n"
      }.joined()
    }
    return text
  }

  private var pooling: String {
    var text = info.pooling
    if info.hasClassToken && text != "class token" { text += ", with a class token" }
    if info.registerTokens > 0 { text += ", \(info.registerTokens) register tokens" }
    return text
  }
}
