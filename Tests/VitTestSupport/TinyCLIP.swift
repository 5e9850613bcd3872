import Foundation

/// A CLIP that answers: the weights of a golden, and a tokeniser whose vocabulary fits them. It has
/// learnt nothing.
public enum TinyCLIP {
  /// Writes the model's folder and returns it.
  public static func write(in directory: URL, name: String = "tiny-clip") throws -> URL {
    let folder = directory.appending(path: name)
    let manager = FileManager.default
    try manager.createDirectory(at: folder, withIntermediateDirectories: true)
    let golden = TestData.committed("goldens/clip/clip-f16-position-ids")
    let tokenizer = TestData.committed("text/tiny-tokenizer")
    for source in [
      golden.appending(path: "config.json"), golden.appending(path: "preprocessor_config.json"),
      golden.appending(path: "model.safetensors"), tokenizer.appending(path: "vocab.json"),
      tokenizer.appending(path: "merges.txt"),
    ] {
      try manager.copyItem(at: source, to: folder.appending(path: source.lastPathComponent))
    }
    return folder
  }
}
