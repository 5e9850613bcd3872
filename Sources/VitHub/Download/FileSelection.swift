import VitJSON
import VitKit
import VitModel
import VitText

/// Which of a repository's files a model, or its tokeniser alone, needs.
struct FileSelection {
  /// Configurations and tokenisers.
  let small: [String]
  /// One file, or the index that names the shards; nil where no weights are needed.
  let weights: String?
  /// Those of OpenCLIP's layout, where the repository is in two.
  let openCLIPWeights: String?

  /// - Throws: `HubError.notAModel` where what is needed is missing.
  init(_ listing: RepositoryListing, files: Hub.FileSet, name: String) throws(HubError) {
    switch files {
    case .model, .images, .texts: try self.init(modelIn: listing, name: name)
    case .tokenizer: try self.init(tokenizerIn: listing, name: name)
    }
  }

  private init(modelIn listing: RepositoryListing, name: String) throws(HubError) {
    small = ModelFiles.small.filter { listing.files[$0] != nil }
    let isHuggingFace = small.contains("config.json")
    guard isHuggingFace || small.contains("open_clip_config.json") else {
      throw .notAModel(
        name: name, reason: "holds neither config.json nor open_clip_config.json; choose another")
    }
    // Where both configurations are, the Hugging Face layout is read.
    let order =
      isHuggingFace
      ? ModelFiles.huggingFaceWeights + ModelFiles.openCLIPWeights : ModelFiles.openCLIPWeights
    guard let weights = order.first(where: { listing.files[$0] != nil }) else {
      throw .notAModel(
        name: name,
        reason:
          "holds no weights that are read here (\(ModelFiles.weights.joined(separator: ", ")))"
      )
    }
    self.weights = weights
    openCLIPWeights =
      isHuggingFace && small.contains("open_clip_config.json")
      ? ModelFiles.openCLIPOwnWeights.first { $0 != weights && listing.files[$0] != nil } : nil
  }

  private init(tokenizerIn listing: RepositoryListing, name: String) throws(HubError) {
    small = ModelFiles.tokenizer.filter { listing.files[$0] != nil }
    weights = nil
    openCLIPWeights = nil
    guard Tokenizer.exists(where: { listing.files[$0] != nil }) else {
      throw .notAModel(
        name: name,
        reason: "holds no tokeniser (tokenizer.json, vocab.json with merges.txt, or "
          + "bpe_simple_vocab_16e6.txt.gz); choose another")
    }
  }

  /// What says which model it is.
  var configurations: [String] { small.filter(ModelSource.configurations.contains) }
}
