import VitJSON
import VitKit

/// Which of a repository's files a model needs.
struct FileSelection {
  /// Configurations and tokenisers.
  let small: [String]
  /// One file, or the index that names the shards.
  let weights: String

  /// - Throws: `HubError.notAModel` where the configuration or the weights are missing.
  init(_ listing: RepositoryListing, name: String) throws(HubError) {
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
  }

  var isSharded: Bool { weights.hasSuffix(".index.json") }
}
