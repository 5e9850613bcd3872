import Foundation
import Testing
import VitBoxModel
import VitSystem
import VitTestSupport

@testable import VitKit

/// What a user of the library catches: one type for inputs, one for requests, whatever went wrong.
@Suite struct PublicErrorsTests {
  private func problem(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "none"
    } catch let error as InputError {
      #expect(!error.input.isEmpty && !error.reason.isEmpty)
      #expect(error.localizedDescription == error.description)
      return "input \(error.problem)"
    } catch let error as RequestError {
      #expect(!error.reason.isEmpty && error.localizedDescription == error.description)
      return "request \(error.problem)"
    } catch {
      return "\(type(of: error)): \(error)"
    }
  }

  @Test func images() throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write("notes.png", "no image at all")
    #expect(problem { _ = try Image(contentsOf: scratch["none.png"]) } == "input missing")
    #expect(problem { _ = try Image(contentsOf: file) } == "input unknownFormat")
    #expect(problem { _ = try Image(contentsOf: scratch.path) } == "input unreadable")
    #expect(problem { _ = try Image(bytes: [], name: "upload") } == "input damaged")
    #expect(problem { _ = try Image(width: 2, height: 2, pixels: [1]) } == "input invalid")
    let png = try BatchFixture.image(0).pngBytes()
    #expect(problem { _ = try Image(bytes: Array(png.prefix(70)), name: "x") } == "input damaged")
    var small = DecodeOptions()
    small.limits.pixels = 10
    #expect(problem { _ = try Image(bytes: png, name: "x", options: small) } == "input tooLarge")
    #expect(
      problem { _ = try Image(contentsOf: URL(string: "https://a.example/b.png")!) }
        == "input unsupported")
    #expect(
      problem { _ = try Image(contentsOf: URL(filePath: scratch["none.png"])) } == "input missing")
  }

  @Test func models() throws {
    let scratch = try ScratchFolder()
    #expect(problem { _ = try Model.load(scratch["none"]) } == "input missing")
    let folder = try TinyCLIP.write(in: URL(filePath: scratch.path)).path
    try Data("{\"model_type\": \"clip\"".utf8)
      .write(to: URL(filePath: folder).appending(path: "config.json"))
    #expect(problem { _ = try Model.load(folder) } == "input damaged")
    try Data("{\"model_type\": \"bert\"}".utf8)
      .write(to: URL(filePath: folder).appending(path: "config.json"))
    #expect(problem { _ = try Model.load(folder) } == "input unsupported")
  }

  /// Names may hold what stands between the parts of an error as it prints.
  @Test func partsAreNotTakenFromTheText() throws {
    let scratch = try ScratchFolder()
    let parent = URL(filePath: scratch.path).appending(path: "old: new; newest")
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    let folder = try TinyCLIP.write(in: parent).path
    let weights = URL(filePath: folder).appending(path: "model.safetensors")
    func error(_ body: () throws -> Void) -> InputError? {
      do { try body() } catch { return error as? InputError }
      return nil
    }
    func load() throws { _ = try Model.load(folder) }
    let whole = try Data(contentsOf: weights)
    try whole.prefix(whole.count - 9).write(to: weights)
    let damaged = error(load)
    #expect(damaged?.input == weights.path)
    #expect(damaged?.remedy == "get the file again" && damaged?.problem == .damaged)
    try Data("{\"model_type\": \"bert\"}".utf8)
      .write(to: URL(filePath: folder).appending(path: "config.json"))
    let unsupported = error(load)
    #expect(unsupported?.input == folder && unsupported?.problem == .unsupported)
    #expect(unsupported?.reason.hasSuffix("is not supported") == true)
    #expect(unsupported?.remedy.hasPrefix("supported are ViT") == true)
    try Data("{".utf8).write(to: URL(filePath: folder).appending(path: "config.json"))
    #expect(error(load)?.input == "\(folder)/config.json")
    let photo = parent.appending(path: "a: b; c.jpg").path
    try Data("text".utf8).write(to: URL(filePath: photo))
    #expect(error { _ = try Image(contentsOf: photo) }?.input == photo)
    #expect(error { _ = try Embeddings(contentsOf: photo) }?.input == photo)
    #expect(error { _ = try Tokenizer(contentsOf: photo) }?.input == photo)
  }

  @Test func requests() throws {
    let scratch = try ScratchFolder()
    let clip = try Model.load(TinyCLIP.write(in: URL(filePath: scratch.path)).path)
    let image = BatchFixture.image(0)
    #expect(problem { _ = try clip.classify(image) } == "request missingCapability")
    #expect(
      problem { _ = try clip.zeroShotClassifier(labels: []) } == "request invalidArgument")
    let box = try Model.box
    #expect(problem { _ = try box.embed(text: "a") } == "request missingCapability")
    for threads in [0, -1, 1025] {
      let options = LoadOptions(threads: threads)
      #expect(problem { _ = try Model.box(options: options) } == "request invalidArgument")
    }
    let set = try Embeddings(names: ["a"], vectors: [[1]])
    #expect(problem { try set.write(to: scratch["no/such/v.npy"]) } == "request cannotWrite")
    #expect(problem { _ = try ZeroShotClassifier(set, logitScale: 0) } == "request invalidArgument")
  }

  @Test func aClassifierIsStoredAndMadeOfVectors() throws {
    let scratch = try ScratchFolder()
    let clip = try Model.load(TinyCLIP.write(in: URL(filePath: scratch.path)).path)
    let classifier = try clip.zeroShotClassifier(labels: ["cat", "dog", "cup"])
    try classifier.embeddings.write(to: scratch["labels.safetensors"])
    let read = try ZeroShotClassifier(
      Embeddings(contentsOf: scratch["labels.safetensors"]), logitScale: classifier.logitScale)
    #expect(read.labels == classifier.labels)
    let vector = try clip.embed(BatchFixture.image(3))
    for (mine, other) in try zip(read.classify(vector), classifier.classify(vector)) {
      #expect(mine.label == other.label && abs(mine.score - other.score) < 1e-6)
      #expect(abs(mine.probability - other.probability) < 1e-5)
    }
  }

  @Test func tokenisersAndPreprocessingByThemselves() throws {
    let scratch = try ScratchFolder()
    let folder = try TinyCLIP.write(in: URL(filePath: scratch.path)).path
    let model = try Model.load(folder)
    let tokenizer = try Tokenizer(ofModel: folder)
    #expect(tokenizer.encode("a cat") == model.tokenizer?.encode("a cat"))
    #expect(
      try Tokenizer(contentsOf: folder).encode("a cat").ids == tokenizer.encode("a cat").ids)
    #expect(problem { _ = try Tokenizer(contentsOf: scratch["none"]) }.hasPrefix("input "))
    let image = BatchFixture.image(0)
    #expect(try Preprocessing(ofModel: folder).pixels(image) == model.preprocess(image))
    #expect(problem { _ = try Preprocessing(ofModel: scratch["none"]) } == "input missing")
  }

  @Test func aModelThatDoesNotFitIntoMemoryIsRefused() throws {
    let info = try Model.box.info
    try info.requireMemory(isPossible: { $0 == info.parameterCount * 4 })
    let error = #expect(throws: RequestError.self) {
      try info.requireMemory(isPossible: { _ in false })
    }
    #expect(error?.problem == .outOfMemory)
    #expect(Reservation.isPossible(1 << 20) && !Reservation.isPossible(1 << 60))
  }

  @Test func theBoxIsLoadedOnce() throws {
    // Copies of one value share what was packed.
    let clock = ContinuousClock()
    _ = try Model.box
    let again = try clock.measure { for _ in 0..<100 { _ = try Model.box } }
    #expect(again < .seconds(1))
  }
}
