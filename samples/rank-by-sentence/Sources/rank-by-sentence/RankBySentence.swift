import Foundation
import VitKit

/// Ranks the photographs of a folder by how well a sentence describes them, with a CLIP-style model.
@main
struct RankBySentence {
  static func main() {
    guard CommandLine.arguments.count == 4 else {
      print("usage: rank-by-sentence MODEL SENTENCE FOLDER")
      exit(64)
    }
    do {
      try rank(
        model: CommandLine.arguments[1], sentence: CommandLine.arguments[2],
        folder: URL(filePath: CommandLine.arguments[3]))
    } catch {
      // Every error of the library names the input, what is wrong with it, and what to do.
      print(error)
      exit(1)
    }
  }

  static func rank(model name: String, sentence: String, folder: URL) throws {
    let model = try Model.load(name)
    let wanted = try model.embed(text: sentence)
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)

    var ranked: [(name: String, cosine: Float)] = []
    for file in files where ["jpg", "png"].contains(file.pathExtension) {
      let vector = try model.embed(Image(contentsOf: file.path))
      ranked.append((file.lastPathComponent, zip(wanted, vector).map(*).reduce(0, +)))
    }
    for (name, cosine) in ranked.sorted(by: { $0.cosine > $1.cosine }) {
      print(String(format: "%.4f", cosine), name)
    }
  }
}
