import VitImage
import VitModel
import VitSystem
import VitText

// What a model does before its towers, usable without loading its weights.

extension Tokenizer {
  /// The tokeniser of a model, which is found as `Model.load(_:options:)` finds it; no weights are
  /// loaded.
  ///
  /// ```swift
  /// let tokenizer = try Tokenizer(ofModel: "openai/clip-vit-base-patch32")
  /// print(tokenizer.encode("a cat").ids)  // [49406, 320, 2368, 49407]
  /// ```
  ///
  /// - Throws: `InputError` for what is wrong with the model's files; `RequestError` of the kind
  ///   `.missingCapability` where the model takes no texts.
  public init(ofModel nameOrPath: String) throws {
    self = try publicly {
      let model = try DescribedModel.describe(nameOrPath, options: LoadOptions(towers: .text))
      guard let tokenizer = model.tokenizer else {
        throw ModelError.missingCapability(
          name: model.info.name, needed: "text tower",
          remedy: "texts need a CLIP-style model such as openai/clip-vit-base-patch32")
      }
      return tokenizer
    }
  }

  /// A tokeniser by itself: a folder with `tokenizer.json`, with `vocab.json` and `merges.txt`, or with
  /// OpenAI's `bpe_simple_vocab_16e6.txt.gz`; or one of these files.
  ///
  /// - Throws: `InputError`.
  public init(contentsOf path: String) throws {
    self = try publicly { try Tokenizer.load(path) }
  }
}

extension Preprocessing {
  /// What a model wants done to an image; the model is found as `Model.load(_:options:)` finds it, and
  /// no weights are loaded.
  ///
  /// ```swift
  /// let preprocessing = try Preprocessing(ofModel: "google/vit-base-patch16-224")
  /// let pixels = try preprocessing.pixels(Image(contentsOf: "photo.jpg"))  // [3, 224, 224]
  /// ```
  ///
  /// - Throws: `InputError` for what is wrong with the model's files; `RequestError` of the kind
  ///   `.missingCapability` where the model takes no images.
  public init(ofModel nameOrPath: String) throws {
    self = try publicly {
      let model = try DescribedModel.describe(nameOrPath, options: LoadOptions(towers: .image))
      guard let preprocessing = model.description.preprocessing else {
        throw model.missingImageTower
      }
      return preprocessing
    }
  }
}
