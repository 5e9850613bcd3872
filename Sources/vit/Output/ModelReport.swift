import VitCheckpoint
import VitKit
import VitSystem

/// What `inspect` tells of a model.
struct ModelReport {
  /// Flat keys with units in their names.
  private let members: [(String, JSONText)]
  private let info: ModelInfo
  private let weightsHash: String

  /// - Throws: where what was converted has changed since.
  init(_ model: DescribedModel) throws {
    _ = try model.weightsHash()
    weightsHash = model.fileHash()
    info = model.info
    let image = info.image
    let text = info.text
    members = [
      ("model", .string(info.name)),
      ("family", .string(info.family)),
      ("architecture", .string(info.architecture)),
      ("image_height_px", .number(image?.imageHeight)),
      ("image_width_px", .number(image?.imageWidth)),
      ("patch_size_px", .number(image?.patchSize)),
      ("width", .number(image?.width)),
      ("depth", .number(image?.depth)),
      ("heads", .number(image?.heads)),
      ("head_size", .number(image?.headSize)),
      ("mlp_size", .number(image?.mlpSize)),
      ("activation", .string(image?.activation)),
      ("epsilon", image.map { .number($0.epsilon) } ?? .null),
      ("pooling", .string(image?.pooling)),
      ("class_token", image.map { .bool($0.hasClassToken) } ?? .null),
      ("register_tokens", .number(image?.registerTokens)),
      ("text_context_length", .number(text?.contextLength)),
      ("text_vocabulary_size", .number(text?.vocabularySize)),
      ("text_width", .number(text?.width)),
      ("text_depth", .number(text?.depth)),
      ("text_heads", .number(text?.heads)),
      ("text_mlp_size", .number(text?.mlpSize)),
      ("text_activation", .string(text?.activation)),
      ("text_pooling", .string(text?.pooling)),
      ("text_causal", text.map { .bool($0.isCausal) } ?? .null),
      ("tokenizer", .string(text?.tokenizer)),
      ("embedding_size", .number(info.embeddingSize)),
      ("class_count", .number(info.classCount)),
      ("precision", .string(info.precision)),
      ("converted_from", .string(info.conversion?.origin)),
      ("converted_from_sha256", .string(info.conversion?.originHash)),
      ("packed_panel_columns", .number(info.conversion?.layout.panel)),
      ("packed_vector_columns", .number(info.conversion?.layout.vector)),
      ("packed_in_place", info.conversion.map { .bool($0.isInPlace) } ?? .null),
      ("preprocessing", .string(image.map { "\($0.preprocessing)" })),
      ("preprocessing_defaults", .strings(image?.preprocessing.defaultedFields ?? [])),
      ("parameter_count", .number(info.parameterCount)),
      ("multiply_adds_per_image", .number(image?.multiplyAddsPerImage)),
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

  func table(listsTensors: Bool) -> TerminalText {
    var rows = [
      ("model", info.name),
      ("family", info.family),
      ("architecture", info.architecture),
    ]
    if let image = info.image { rows += table(image) }
    if let text = info.text { rows += table(text) }
    rows += [
      ("embedding", "\(info.embeddingSize) numbers"),
      ("classes", info.classCount.map(String.init) ?? "none; it has no classification head"),
      ("precision", info.precision),
    ]
    if let conversion = info.conversion { rows += table(conversion) }
    rows += [
      ("parameters", grouped(info.parameterCount)),
      ("weights", info.weightsPath),
      ("sha256", weightsHash),
      ("tensors", "\(info.tensors.count)" + (listsTensors ? "" : "; --tensors lists them")),
    ]
    rows += info.notes.map { ("note", $0) }
    var text = rows.map { row -> TerminalText in "\(row.0.padded(to: 15))\(row.1)\n" }.joined()
    if listsTensors {
      let names = info.tensors.map { printable($0.name) }
      let width = names.map(\.count).max() ?? 0
      let lines = zip(names, info.tensors).map { name, tensor -> TerminalText in
        "  \(name.padded(to: width))  \(tensor.dataType.padded(to: 5))  \(tensor.shape)\n"
      }
      text = text + lines.joined()
    }
    return text
  }

  private func table(_ conversion: Conversion) -> [(String, String)] {
    let layout = conversion.layout
    return [
      ("converted", "from \(conversion.origin)"),
      ("origin sha256", conversion.originHash),
      (
        "layout",
        "panels of \(layout.panel) columns, vectors of \(layout.vector); "
          + (conversion.isInPlace
            ? "used where they lie" : "copied at loading: these kernels pack in another way")
      ),
    ]
  }

  private func table(_ image: ModelInfo.ImageTower) -> [(String, String)] {
    var pooling = image.pooling
    if image.hasClassToken && pooling != "class token" { pooling += ", with a class token" }
    if image.registerTokens > 0 { pooling += ", \(image.registerTokens) register tokens" }
    var rows = [
      ("image", "\(image.imageWidth) × \(image.imageHeight) px, patches of \(image.patchSize) px"),
      ("encoder", "\(image.depth) blocks of width \(image.width), MLP \(image.mlpSize)"),
      ("attention", "\(image.heads) heads of size \(image.headSize)"),
      ("activation", image.activation),
      ("epsilon", "\(image.epsilon)"),
      ("pooling", pooling),
      ("preprocessing", "\(image.preprocessing)"),
    ]
    let defaults = image.preprocessing.defaultedFields
    if !defaults.isEmpty {
      rows.append(("", "family's default: " + defaults.joined(separator: ", ")))
    }
    rows.append(("operations", "\(grouped(image.multiplyAddsPerImage)) multiply-adds an image"))
    return rows
  }

  private func table(_ text: ModelInfo.TextTower) -> [(String, String)] {
    [
      ("text", "\(text.contextLength) tokens of a vocabulary of \(text.vocabularySize)"),
      ("encoder", "\(text.depth) blocks of width \(text.width), MLP \(text.mlpSize)"),
      (
        "attention",
        "\(text.heads) heads of size \(text.headSize)" + (text.isCausal ? ", causal" : "")
      ),
      ("activation", text.activation),
      ("pooling", text.pooling),
      ("tokenizer", text.tokenizer),
    ]
  }
}
