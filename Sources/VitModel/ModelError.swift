import VitSystem

/// Why a folder or a weights file does not become a model, or a model does not do what it was asked.
package enum ModelError: PartedError {
  /// Nothing that looks like a model lies at the path.
  case notAModel(name: String, reason: String)
  /// The checkpoint is of a kind that this library does not compute.
  case unsupported(name: String, kind: String)
  /// A setting of `config.json` is missing, or has a value that cannot be.
  case invalidConfiguration(name: String, reason: String)
  /// Pixels, ids, labels or templates do not fit the model.
  case invalidInput(reason: String)
  /// What came out is NaN or infinite.
  case notFinite(name: String)
  /// The model lacks the tower or head that the call needs.
  case missingCapability(name: String, needed: String, remedy: String)
  /// The checkpoint was converted to another precision than the one asked for.
  case convertedOtherwise(name: String, to: String, asked: String, origin: String)
  /// A model's folder cannot be written.
  case notWritable(path: String, reason: String)

  /// What `unsupported` lists as the way out.
  package static let supportedFamilies = [
    "ViT and DeiT (also distilled) in the Hugging Face layout",
    "ViT and DeiT in timm's layout", "CLIP in the Hugging Face, OpenCLIP and OpenAI layouts",
  ]

  /// Vectors of images and of texts that cannot be compared.
  package static func towersDisagree(name: String, image: Int, text: Int) -> ModelError {
    .invalidConfiguration(
      name: name,
      reason: "its image tower gives \(image) numbers and its text tower \(text), which cannot be "
        + "compared; a projection is missing or of the wrong size")
  }

  package var parts: ErrorParts {
    switch self {
    case .notAModel(let name, let reason):
      ErrorParts(name, message: "not a model: \(reason)")
    case .unsupported(let name, let kind):
      ErrorParts(
        name, "\(kind) is not supported",
        remedy: "supported are " + Self.supportedFamilies.joined(separator: "; "))
    case .invalidConfiguration(let name, let reason):
      ErrorParts(name, message: reason)
    case .invalidInput(let reason): ErrorParts(nil, message: reason)
    case .notFinite(let name):
      ErrorParts(
        nil,
        "\(name) computes no numbers for this (NaN or infinity), so its weights are damaged or too "
          + "large", remedy: "get the model again, or try float32 (`LoadOptions.precision`)")
    case .missingCapability(let name, let needed, let remedy):
      ErrorParts(nil, "\(name) has no \(needed)", remedy: remedy)
    case .convertedOtherwise(let name, let to, let asked, let origin):
      ErrorParts(
        name, "was converted to \(to), and the weights for \(asked) are gone",
        remedy: "leave the precision to the model, or give the original, \(origin)")
    case .notWritable(let path, let reason):
      ErrorParts(path, "cannot be written: \(reason)")
    }
  }
}
