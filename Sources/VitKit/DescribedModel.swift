import VitImage
import VitModel
import VitSystem
import VitText

/// What a model is and how it reads images and texts, without its weights: for telling about it,
/// preprocessing and tokenising.
package struct DescribedModel: Sendable {
  package var description: ModelDescription
  package let info: ModelInfo
  private let options: LoadOptions

  /// Finds a model as `Model.load` does.
  ///
  /// - Throws: as `Model.load`.
  package static func describe(
    _ nameOrPath: String, options: LoadOptions = LoadOptions()
  ) throws -> DescribedModel {
    let path = try ModelLocation.find(nameOrPath)
    return try DescribedModel(ModelSource(path: path, name: nameOrPath), options: options)
  }

  package init(_ source: ModelSource, options: LoadOptions) throws {
    description = try ModelDescription.read(
      source, precision: options.precision.choice, options.request)
    info = ModelInfo(description, name: source.name)
    for warning in description.warnings { log.warning("\(warning)") }
    self.options = options
  }

  /// The same model with all its towers, whichever this one was read with; nil where not all of them
  /// can be read.
  var withAllTowers: ModelDescription? {
    if case .all = options.towers { return description }
    var options = options
    options.towers = .all
    return try? ModelDescription.read(
      description.source, precision: options.precision.choice, options.request)
  }

  /// The folder or weights file, from the root on; nil where the model is in memory.
  var absolutePath: String? {
    let source = description.source
    guard let folder = source.folder, let path = FileSystem.canonicalPath(folder) else {
      return nil
    }
    // A link to a weights file, as the Hub's cache has them, leads to where no configuration is.
    guard let file = source.weightsFile?.split(separator: "/").last else { return path }
    return "\(path)/\(file)"
  }

  /// Nil without a text tower.
  package var tokenizer: Tokenizer? { description.tokenizer }

  /// The pixels that the model sees: resized, cropped and normalised as its checkpoint says.
  package func preprocess(_ image: Image) throws -> PixelTensor {
    guard let preprocessing = description.preprocessing else { throw missingImageTower }
    return try preprocessing.pixels(image)
  }

  /// What `preprocess` normalises: the image resized and cropped.
  package func croppedImage(_ image: Image) throws -> Image {
    guard let preprocessing = description.preprocessing else { throw missingImageTower }
    return try preprocessing.croppedImage(image)
  }

  package var missingImageTower: ModelError {
    .missingCapability(
      name: info.name, needed: "image tower",
      remedy: "give a model with one, such as openai/clip-vit-base-patch32")
  }

  /// SHA-256 of the weights, in hexadecimal, of the original's where they were converted: both give
  /// the same vectors. Computed on each call.
  ///
  /// - Throws: where what was converted has changed since.
  package func weightsHash() throws -> String { try description.weights.weightsHash() }

  /// SHA-256 of the weights files as they are, in hexadecimal. Computed on each call.
  package func fileHash() -> String { description.weights.contentHash() }
}
