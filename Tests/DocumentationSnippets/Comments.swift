import Foundation
import VitBoxModel
import VitHub
import VitImage
import VitKit

// The snippets in the comments of declarations, each as it stands there; those that an article has too stand
// in Articles.swift.

func modelComment() throws {
  let model = try Model.load("path/to/vit-tiny-patch16-224")
  let photo = try Image(contentsOf: "photo.jpg")
  for found in try model.classify(photo) { print(found.label, found.probability) }
}

func imageComment() throws {
  let body = [UInt8](try Data(contentsOf: URL(filePath: "photo.jpg")))
  let camera = [UInt8](repeating: 0, count: 480 * 2560)

  let photo = try Image(contentsOf: "photo.jpg")
  let upload = try Image(bytes: body, name: "upload 17")
  let frame = try Image(width: 640, height: 480, pixels: camera, layout: .bgra, bytesPerRow: 2560)
  precondition(photo == upload && frame.height == 480)
}

func hubComment() throws {
  let folder = try Hub().fetch("openai/clip-vit-base-patch32")
  let model = try Model.load(folder)
  print(model.info.family)
}

func zeroShotComment() throws {
  let model = try Model.load("openai/clip-vit-base-patch32")

  let classifier = try model.zeroShotClassifier(labels: ["cat", "dog"])
  try classifier.embeddings.write(to: "labels.safetensors")
  let later = try ZeroShotClassifier(
    Embeddings(contentsOf: "labels.safetensors"), logitScale: classifier.logitScale)
  precondition(later.labels == ["cat", "dog"])
}

func partsComments() throws {
  let tokenizer = try Tokenizer(ofModel: "openai/clip-vit-base-patch32")
  print(tokenizer.encode("a cat").ids)  // [49406, 320, 2368, 49407]

  let preprocessing = try Preprocessing(ofModel: "google/vit-base-patch16-224")
  let pixels = try preprocessing.pixels(Image(contentsOf: "photo.jpg"))  // [3, 224, 224]
  print(pixels.height)
}

func embeddingsComment() throws {
  let model = try Model.load("openai/clip-vit-base-patch32")
  try Embeddings(names: ["photo"], vectors: [model.embed(Image(contentsOf: "photo.jpg"))])
    .write(to: "vectors/")

  let photos = try Embeddings(contentsOf: "vectors/")
  let query = try Embeddings(names: ["query"], vectors: [model.embed(text: "a beach")])
  for near in try photos.nearest(to: query, count: 5)[0] { print(near.name, near.cosine) }
}

func batchComments() async throws {
  let model = try Model.box
  let paths = ["photo.jpg"]
  let upload = [UInt8](try Data(contentsOf: URL(filePath: "photo.jpg")))
  func store(_ vector: [Float], as name: String) { print(name, vector.count) }

  let photos = paths.map { ImageSource.file($0) }
  for try await photo in model.embeddings(of: photos) {
    if case .success(let vector) = photo.result { print(photo.name, vector[0]) }
  }

  let sources = paths.map { ImageSource.file($0) } + [.bytes(upload, name: "upload 17")]
  for try await image in model.embeddings(of: sources) {
    switch image.result {
    case .success(let vector): store(vector, as: image.name)
    case .failure(let error): print(error)
    }
  }
}

func inputErrorComment() {
  var skipped: [String] = []
  let path = "none.jpg"
  do {
    let photo = try Image(contentsOf: path)
    print(photo.width)
  } catch let error where error.problem == .missing {
    skipped.append(error.input)
  } catch {
    print(error)  // photo.jpg: truncated JPEG image (…); copy or download it again
  }
  precondition(skipped == ["none.jpg"])
}
