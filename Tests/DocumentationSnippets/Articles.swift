import Foundation
import VitBoxModel
import VitHub
import VitKit

// The snippets of the articles and the README, each as it stands there.

func readme() throws {
  let photo = try Image(contentsOf: "photo.jpg")
  for found in try Model.box.classify(photo) { print(found.label, found.probability) }

  let model = try Model.load("path/to/clip-vit-base-patch32")
  let ranked = try model.classify(photo, labels: ["a cat", "a dog"])
  let score = try model.similarity(photo, "two people on a beach")
  let vector = try model.embed(photo)
  print(ranked[0].label, score, vector.count)
}

func overview() throws {
  let model = try Model.load("path/to/vit-tiny-patch16-224")
  let photo = try Image(contentsOf: "photo.jpg")
  let best = try model.classify(photo, top: 5)
  let vector = try model.embed(photo)
  print(best[0].label, vector.count)
}

func gettingStarted() throws {
  let photo = try Image(contentsOf: "photo.jpg")
  for found in try Model.box.classify(photo) {
    print(found.label, found.probability)
  }
}

func zeroShot() throws {
  let photo = try Image(contentsOf: "photo.jpg")
  let photos = [photo]
  let labels = ["cat", "dog"]

  let model = try Model.load("openai/clip-vit-base-patch32")
  let ranked = try model.classify(photo, labels: ["cat", "dog", "two people on a beach"])
  print(ranked[0].label)

  let classifier = try model.zeroShotClassifier(
    labels: labels, templates: ZeroShotClassifier.imageNetTemplates)
  for photo in photos {
    let best = try classifier.classify(model.embed(photo), top: 3)
    print(best[0].label)
  }
}

func search() async throws {
  let model = try await Model.load("openai/clip-vit-base-patch32")
  let paths = ["photo.jpg"]

  var (names, vectors): ([String], [[Float]]) = ([], [])
  for try await photo in model.embeddings(of: paths.map { ImageSource.file($0) }) {
    guard case .success(let vector) = photo.result else { continue }
    names.append(photo.name)
    vectors.append(vector)
  }
  let photos = try Embeddings(names: names, vectors: vectors, madeWith: model.madeWith())
  try photos.write(to: "photos.safetensors")

  let saved = try Embeddings(contentsOf: "photos.safetensors")
  let texts = ["a dog on a beach", "a birthday cake"]
  let queries = try await Embeddings(
    names: texts, vectors: model.embed(texts: texts), madeWith: model.madeWith())
  for (text, found) in zip(texts, try await saved.nearest(to: queries, count: 5)) {
    print(text, found.map { "\($0.name) \($0.cosine)" })
  }

  for (row, others) in try await saved.nearestOthers(threshold: 0.95).enumerated() {
    for other in others { print(try saved.names(ofRows: [row])[0], "is like", other.name) }
  }
}

func images() async throws {
  let bytes = [UInt8](try Data(contentsOf: URL(filePath: "photo.jpg")))
  let body = Data(bytes)
  let frame = [UInt8](repeating: 200, count: 480 * 2688)

  let fromFile = try Image(contentsOf: "photo.jpg")
  let fromURL = try Image(contentsOf: URL(filePath: "photo.jpg"))
  let fromBytes = try Image(bytes: bytes, name: "upload 17")
  let fromCamera = try Image(
    width: 640, height: 480, pixels: frame, layout: .bgra, bytesPerRow: 2688)
  precondition(fromFile == fromURL && fromURL == fromBytes && fromCamera.width == 640)

  let info = try Image.info(contentsOf: "photo.jpg")
  print(info.format.name, info.width, info.height, info.orientation, info.profile ?? "no profile")

  let upload = try await Image.decoded(body, name: "request 17")
  precondition(upload == fromFile)

  var options = DecodeOptions()
  options.allowsTruncated = true
  options.background = .dropAlpha
  options.limits.pixels = 20_000_000
  let lenient = try Image(contentsOf: "photo.jpg", options: options)
  precondition(lenient == fromFile)

  let photo = fromFile
  let preprocessing = try Preprocessing(ofModel: "google/vit-base-patch16-224")
  let pixels = try preprocessing.pixels(photo)
  print(pixels.height, pixels.width, pixels.values.count)

  let model = try Model.box
  let paths = ["photo.jpg", "none.jpg"]
  var sources = paths.map { ImageSource.file($0) }
  sources.append(.archive("shard-000.tar"))
  sources.append(.bytes(bytes, name: "upload 17"))
  for try await photo in model.embeddings(of: sources) {
    switch photo.result {
    case .success(let vector): print(photo.name, vector.count)
    case .failure(let error): print(error)
    }
  }
}

func loading() throws {
  let options = LoadOptions(precision: .bfloat16, towers: .image, threads: 4)
  let model = try Model.load("openai/clip-vit-base-patch32", options: options)
  print(model.info.precision)
}

func batches() async throws {
  let model = try Model.box
  let sources = [ImageSource.file("photo.jpg")]

  var batches = BatchOptions(batchSize: 16, memory: 512 << 20)
  batches.decoding.allowsTruncated = true
  batches.progress = { print("\($0.done) done, \($0.failed) failed") }
  for try await photo in model.embeddings(of: sources, options: batches) {
    print(photo.name, photo.warnings)
  }
}

func errors() throws {
  var model = try Model.box

  do {
    let photo = try Image(contentsOf: "none.jpg")
    print(try model.classify(photo)[0].label)
  } catch let error as InputError where error.problem == .missing {
    print("passed over:", error.input)
  } catch let error as InputError {
    print(error)
  } catch let error as RequestError {
    print("cannot be done:", error.reason)
    print("what would help:", error.remedy)
  }

  func size(of path: String) throws(InputError) -> String {
    let photo = try Image(contentsOf: path)
    return "\(photo.width) × \(photo.height)"
  }
  print(try size(of: "photo.jpg"))

  let photo = try Image(contentsOf: "photo.jpg")
  let labels = ["a cat", "a dog"]
  model = try Model.load("openai/clip-vit-base-patch32")
  var ranked: [Classification] = []
  do {
    ranked = try model.classify(photo)
  } catch let error as RequestError where error.problem == .missingCapability {
    ranked = try model.classify(photo, labels: labels)
  }
  precondition(ranked.count == 2)
}
