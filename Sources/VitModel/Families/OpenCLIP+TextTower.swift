import VitText

/// open_clip's text tower (`transformer.py`, `TextTransformer`).
extension OpenCLIP {
  /// - Precondition: the model has its tokeniser.
  static func addTextTower(
    to model: inout ModelDescription, _ reader: ParameterReader, _ settings: ConfigurationReader,
    quickGELU: Bool
  ) throws {
    if let other = try settings.string("hf_model_name") {
      throw ModelError.unsupported(name: settings.name, kind: "the text tower \(other)")
    }
    try settings.check(OpenCLIPSettings.text)
    if try settings.bool("embed_cls", default: false) {
      throw ModelError.unsupported(name: settings.name, kind: "a text tower with embed_cls")
    }
    let pooling: TextPooling
    switch try settings.string("pool_type") ?? "argmax" {
    case "argmax": pooling = .largestID
    case "eos": pooling = .firstOf(Int32(clamping: try settings.int("eos_id", default: 2)))
    case "first": pooling = .first
    case "last": pooling = .last
    case let other:
      throw ModelError.unsupported(name: settings.name, kind: "the text pooling \(other)")
    }
    let width = try settings.int("width", default: 512)
    var text = try TextTowerConfiguration(
      contextLength: settings.int("context_length", default: 77),
      vocabularySize: settings.int("vocab_size", default: 49408), width: width,
      depth: settings.int("layers", default: 12), heads: settings.int("heads", default: 8),
      mlpSize: hiddenSize(settings, width: width),
      activation: activation(settings, quickGELU: quickGELU), epsilon: epsilon(settings),
      isCausal: !settings.bool("no_causal_mask", default: false), pooling: pooling,
      // The tokeniser pads; `pad_id` is read by CoCa alone.
      paddingID: model.tokenizer?.padID ?? 0,
      hasLayerScale: settings.json["ls_init_value"].map { !$0.isNull } ?? false
    ).validated(name: settings.name)
    // Also with custom_text an older file may have the tower's names at the top.
    let nested = reader.scope("text")
    let body = nested.contains(textKeys.tokenEmbedding) ? nested : reader
    text.trainedPositions = try body.requiredShape(of: textKeys.positions).first
    model.text = text
    model.layout.text = try body.textTower(textKeys, text)
    let projection = try settings.string("proj_type") ?? "linear"
    guard projection == "linear" || projection == "none" else {
      throw ModelError.unsupported(
        name: settings.name, kind: "the text projection \(projection) (proj_type)")
    }
    if body.contains("text_projection.weight") {
      model.layout.textProjection = try body.linear("text_projection", input: width)
    } else if projection != "none" {
      model.layout.textProjection = try body.transposedLinear("text_projection", input: width)
    }
    if case .firstOf(let end) = pooling, let tokenizer = model.tokenizer, end != tokenizer.endID {
      model.warnings.append(
        "\(settings.name): eos_id \(end) is not the end of text of the tokeniser, "
          + "\(tokenizer.endID); texts without it are told by their first token, as in open_clip")
    }
  }
}
