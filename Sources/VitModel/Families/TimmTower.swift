import VitJSON
import VitTensor

/// What is said of a timm tower outside its weights: the architecture's name, the arguments that the
/// model was made with, and the size that its preprocessing gives.
struct TimmTower {
  /// `model_args`.
  let arguments: ConfigurationReader
  let architecture: TimmArchitecture
  /// Of images, as preprocessing gives them.
  let inputSize: (height: Int, width: Int)?
  /// `input_size` follows `img_size`, as timm's own reader of the file has it.
  let hasFixedInputSize: Bool

  var name: String { arguments.name }

  var patchSize: Int {
    get throws { try arguments.squarePatch("patch_size", default: architecture.patchSize) }
  }

  var hasDynamicSize: Bool {
    get throws { try arguments.bool("dynamic_img_size", default: architecture.hasDynamicSize) }
  }

  /// Pixels of the images that the model takes; nil where nothing says.
  ///
  /// - Throws: `ModelError.invalidConfiguration` where model and preprocessing contradict each other.
  func imageSize() throws -> (height: Int, width: Int)? {
    var size: (height: Int, width: Int)?
    if let value = arguments.json["img_size"], !value.isNull {
      size = try arguments.size("img_size", default: 0)
    }
    if try hasDynamicSize {
      let size = inputSize ?? size
      let patch = try patchSize
      if let size, try arguments.bool("dynamic_img_pad", default: false), patch > 0,
        size.height % patch != 0 || size.width % patch != 0
      {
        throw ModelError.unsupported(
          name: name, kind: "padding of images to whole patches (dynamic_img_pad)")
      }
      return size
    }
    guard let size, let inputSize, !hasFixedInputSize else { return size ?? inputSize }
    guard size == inputSize else {
      throw ModelError.invalidConfiguration(
        name: name,
        reason: "img_size is \(size.width)×\(size.height), but input_size makes images of "
          + "\(inputSize.width)×\(inputSize.height); correct one of them")
    }
    return size
  }

  /// The function between the layers of the MLP, by timm's name (`layers/create_act.py`).
  var activation: Activation {
    get throws {
      guard let name = try arguments.string("act_layer"), !name.isEmpty else {
        return architecture.activation
      }
      switch name.utf8.count <= 16 ? name.lowercased() : name {
      case "gelu": return .geluErf
      case "gelu_tanh": return .geluTanh
      case "quick_gelu": return .quickGELU
      case "relu": return .relu
      case "silu", "swish": return .silu
      case "tanh": return .tanh
      case "identity": return .identity
      default:
        throw ModelError.unsupported(
          name: self.name, kind: "the activation \(JSONValue.string(name).excerpt) (act_layer)")
      }
    }
  }

  /// Of the layer norms. A norm that `model_args` names comes with its class's own.
  var epsilon: Float {
    get throws {
      guard let name = try arguments.string("norm_layer"), !name.isEmpty else {
        return architecture.epsilon
      }
      let plain = name.utf8.count <= 16 ? name.lowercased().split(separator: "_").joined() : name
      guard plain == "layernorm" || plain == "layernormfp32" else {
        throw ModelError.unsupported(
          name: self.name, kind: "the norm \(JSONValue.string(name).excerpt) (norm_layer)")
      }
      return 1e-6
    }
  }

  /// Checks what the arguments say of the weights against what the weights are.
  func check(_ vision: ImageTowerConfiguration) throws {
    try expect("embed_dim", vision.width)
    try expect("depth", vision.depth)
    try expect("reg_tokens", vision.registerTokens)
    try expect("class_token", vision.hasClassToken)
    try expect("qkv_bias", vision.hasQueryKeyValueBias)
    try expect("pre_norm", vision.hasNormBeforeBlocks)
    try expect("final_norm", vision.hasFinalNorm || vision.hasPooledNorm)
    try expect("fc_norm", vision.hasPooledNorm)
    try expect("distilled", vision.hasDistillationToken)
    if let value = arguments.json["init_values"], !value.isNull, !vision.hasLayerScale {
      throw contradiction("init_values", value.excerpt, "no layer scale")
    }
    if let ratio = arguments.json["mlp_ratio"]?.double {
      guard Int(exactly: (Double(vision.width) * ratio).rounded(.towardZero)) == vision.mlpSize
      else {
        throw contradiction("mlp_ratio", "\(ratio)", "an MLP of \(vision.mlpSize)")
      }
    }
  }

  /// Checks that the norm lies where timm puts it for the pooling that the arguments name: after
  /// averaging, unless `fc_norm` or the architecture says otherwise. (open_clip changes the pooling of
  /// a tower that is made already, which leaves its norm where it was.)
  func checkNorm(_ vision: ImageTowerConfiguration) throws {
    guard let word = try arguments.string("global_pool"),
      arguments.json["fc_norm"].map(\.isNull) ?? true, architecture.pooling == "token"
    else { return }
    if word == "avg" && vision.hasFinalNorm || word == "token" && vision.hasPooledNorm {
      throw contradiction(
        "global_pool", "\"\(word)\"",
        "their norm \(vision.hasFinalNorm ? "before pooling (norm)" : "after averaging (fc_norm)")")
    }
  }

  private func expect(_ key: String, _ found: Int) throws {
    let told = try arguments.int(key, default: found)
    if told != found { throw contradiction(key, "\(told)", "\(found)") }
  }

  private func expect(_ key: String, _ found: Bool) throws {
    let told = try arguments.bool(key, default: found)
    if told != found {
      throw contradiction(key, "\(told)", found ? "such tensors" : "no such tensors")
    }
  }

  private func contradiction(_ key: String, _ told: String, _ found: String) -> ModelError {
    .invalidConfiguration(
      name: name, reason: "\(key) is \(told), but the weights have \(found)")
  }
}
