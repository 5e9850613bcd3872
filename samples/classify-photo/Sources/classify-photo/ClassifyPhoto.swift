import VitBoxModel
import VitKit

/// Prints what is in a photograph, with the model in the box.
@main
struct ClassifyPhoto {
  static func main() throws {
    let model = try Model.box
    for path in CommandLine.arguments.dropFirst() {
      let photo = try Image(contentsOf: path)
      for found in try model.classify(photo, top: 3) {
        print(path, found.label, found.probability)
      }
    }
  }
}
