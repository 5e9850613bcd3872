import VitJSON
import VitModel
import VitSystem

/// The names of the files that a model consists of, in the layouts that are read here.
package enum ModelFiles {
  /// Configurations and tokenisers; a model has some of them.
  package static let small =
    [
      "config.json", "open_clip_config.json", "preprocessor_config.json", "processor_config.json",
    ] + tokenizer

  /// What a tokeniser is read from; it has some of them.
  package static let tokenizer = [
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "vocab.json", "merges.txt", "bpe_simple_vocab_16e6.txt.gz",
  ]

  /// Weights in the Hugging Face and timm layouts, in the order in which those libraries look.
  package static let huggingFaceWeights = ModelSource.weightsCandidates

  /// Weights in the OpenCLIP layout, in OpenCLIP's order.
  package static let openCLIPWeights = OpenCLIP.weightsCandidates

  /// Names of weights that only the OpenCLIP layout has.
  package static let openCLIPOwnWeights = openCLIPWeights.filter {
    !huggingFaceWeights.contains($0)
  }

  /// Names of weights in either layout, each once.
  package static let weights = huggingFaceWeights + openCLIPOwnWeights

  /// The files that the index of sharded weights names, or nil if it is no such index.
  package static func shards(of index: JSONValue) -> [String]? {
    guard let map = index["weight_map"]?.object, map.count > 0 else { return nil }
    var names: Set<ExactString> = []
    for (_, value) in map {
      guard let name = value.string, isFileName(name) else { return nil }
      names.insert(ExactString(name))
    }
    return names.sorted().map(\.string)
  }

  /// Whether a file's name, which comes from a server or an index, stays in the model's folder: a
  /// relative path of printable ASCII whose components are neither empty nor begin with a dot.
  package static func isFileName(_ name: String) -> Bool {
    guard (1...255).contains(name.utf8.count) else { return false }
    return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
      !$0.isEmpty && $0.first != "."
        && $0.utf8.allSatisfy { byte in byte > 32 && byte < 127 && byte != UInt8(ascii: "\\") }
    }
  }
}
