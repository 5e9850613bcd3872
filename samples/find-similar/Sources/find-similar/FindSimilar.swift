import Foundation
import VitBoxModel
import VitKit

/// Ranks the photographs of a folder by how much they resemble one.
@main
struct FindSimilar {
  static func main() throws {
    guard CommandLine.arguments.count == 3 else {
      print("usage: find-similar PHOTO FOLDER")
      exit(64)
    }
    let model = try Model.box
    let wanted = try model.embed(Image(contentsOf: CommandLine.arguments[1]))
    let folder = URL(filePath: CommandLine.arguments[2])
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
