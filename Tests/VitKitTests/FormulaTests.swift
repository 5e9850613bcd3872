import Foundation
import Testing
import VitOperations
import VitTestSupport

@testable import VitKit
@testable import VitModel

/// Formula = plan = reference, intermediate by intermediate, for every golden of both areas.
@Suite struct FormulaTests {
  static let goldens: [Golden] =
    ((try? Golden.all("image")) ?? []) + ((try? Golden.all("clip")) ?? [])
  static let withImages = goldens.filter { $0.tensors["pixels"] != nil }
  static let withText = goldens.filter { $0.tensors["text.ids"] != nil }

  @Test func thereAreGoldens() {
    #expect(Self.withImages.count >= 40 && Self.withText.count >= 15)
  }

  @Test(arguments: withImages)
  func images(_ golden: Golden) throws {
    let (model, formula) = try load(golden)
    let pixels = try golden.tensors.require("pixels")
    let size = pixels.count / pixels.shape[0]
    let image = Tensor(Array(pixels.floats.prefix(size)), shape: [1] + pixels.shape.dropFirst())
    let trace = Trace()
    let logits = formula.logits(images: image, trace: trace)
    let embeddings = try #require(
      formula.embeddings(images: image, trace: logits == nil ? trace : nil))
    #expect((logits?.shape[1]) == model.info.classCount)
    #expect(embeddings.shape == [1, model.info.embeddingSize])

    let plan = try model.trace(
      PixelTensor(height: pixels.shape[2], width: pixels.shape[3], values: image.values))
    #expect(trace.entries.map(\.name) == plan.map(\.name).filter { $0 != "pixels" })
    try compare(
      trace.entries, plan: plan, golden,
      atLeast: (model.info.image?.depth ?? 0) + 2)
  }

  @Test(arguments: withText)
  func texts(_ golden: Golden) throws {
    let (model, formula) = try load(golden)
    let ids = try golden.tensors.require("text.ids")
    let caption = ids.integers.prefix(ids.shape[1]).map { Int32($0) }
    let (trace, plan) = (Trace(), Trace())
    _ = try #require(formula.embeddings(ids: [caption], trace: trace))
    _ = try model.embed(ids: [caption], normalized: false, trace: plan)
    try compare(
      trace.entries, plan: plan.entries, golden, atLeast: (model.info.text?.depth ?? 0) + 2)
  }

  /// Captions of different lengths in one batch are those alone.
  @Test func captionsOfABatchAreThoseAlone() throws {
    let golden = try #require(Self.withText.first { $0.name == "clip" })
    let (_, formula) = try load(golden)
    let ids = try golden.tensors.require("text.ids")
    let captions = ids.rows.map { $0.map { Int32($0) } }
    let together = try #require(formula.embeddings(ids: captions))
    for (index, caption) in captions.enumerated() {
      let alone = try #require(formula.embeddings(ids: [caption]))
      #expect(together.rows(index..<index + 1).values == alone.values)
    }
  }

  /// The page that inference is held against is the one that a tape differentiates: the classifier's
  /// gradients are the differences of the logits, which are linear in it.
  @Test func aTapeDifferentiatesTheClassifier() throws {
    let golden = try #require(Self.withImages.first { $0.name == "vit-head" })
    let (model, _) = try load(golden)
    let description = model.described.description
    let classifier = try #require(description.layout.classifier)
    let pixels = try golden.tensors.require("pixels")
    let images = Tensor(pixels.floats, shape: pixels.shape)
    let tape = Tape()
    var watched: [String: Tensor] = [:]
    let formula = try ModelFormula(description) { parameter, tensor in
      guard parameter.name.hasPrefix("classifier") else { return tensor }
      let tensor = tape.watch(tensor)
      watched[parameter.name] = tensor
      return tensor
    }
    let logits = try #require(formula.logits(images: images))
    let seed = Tensor((0..<logits.count).map { Float($0 % 5) - 1.5 }, shape: logits.shape)
    let gradients = try tape.gradients(of: logits, seed: seed)
    func scalar(_ description: ModelDescription) throws -> Double {
      let logits = try #require(ModelFormula(description).logits(images: images))
      return zip(logits.values, seed.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    for parameter in [classifier.weight, try #require(classifier.bias)] {
      let array = try #require(watched[parameter.name])
      let gradient = try #require(gradients[array])
      #expect(gradient.shape == parameter.shape)
      for element in stride(from: 0, to: parameter.count, by: 1 + parameter.count / 7) {
        let sides = try [1, -1].map { step in
          var changed = description
          try changed.parameters.change(parameter.name) { $0[element] += Float(step) }
          return try scalar(changed)
        }
        let difference = (sides[0] - sides[1]) / 2
        #expect(
          abs(Double(gradient.values[element]) - difference) <= 1e-4 * max(1, abs(difference)))
      }
    }
  }

  /// A gradient that would go through what has no backward is refused by the operation's name.
  @Test func aBackwardThatIsNotWrittenIsNamed() throws {
    let golden = try #require(Self.withImages.first { $0.name == "vit-head" })
    let (model, _) = try load(golden)
    let pixels = try golden.tensors.require("pixels")
    let tape = Tape()
    let formula = try ModelFormula(model.described.description) { parameter, tensor in
      parameter.name.hasSuffix("layernorm.weight") ? tape.watch(tensor) : tensor
    }
    let logits = try #require(
      formula.logits(images: Tensor(pixels.floats, shape: pixels.shape)))
    #expect(throws: OperationError.noBackward(operation: "row selection")) {
      try tape.gradients(of: logits, seed: logits)
    }
  }

  private func load(_ golden: Golden) throws -> (Model, ModelFormula) {
    let scratch = FileManager.default.temporaryDirectory
      .appending(path: "vitkit-formula-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    var path = try golden.modelFolder(in: scratch).path
    if golden.family == "openai", let file = golden.facts["weightsFile"] { path += "/\(file)" }
    let model = try Model.load(
      path, options: LoadOptions(interpolatesPositions: golden.facts.bool("interpolatesPositions")))
    return (model, try ModelFormula(model.described.description))
  }

  private func compare(
    _ formula: [Trace.Entry], plan: [Trace.Entry], _ golden: Golden, atLeast least: Int
  ) throws {
    var compared = 0
    for entry in formula {
      let name = "\(golden.name) \(entry.name)"
      let planned = try #require(plan.first { $0.name == entry.name }, "\(name)")
      expectClose(planned.values, entry.values, "\(name), plan and formula")
      guard let expected = golden.tensors[entry.name] else { continue }
      // Of outputs the golden has all items, of intermediates the first; a causal tower encodes a
      // caption only as far as its pooled token.
      let reference = Array(expected.floats.prefix(entry.values.count))
      #expect(reference.count == entry.values.count, "\(name)")
      expectClose(entry.values, reference, "\(name), formula and reference")
      compared += 1
    }
    #expect(compared >= least, "\(golden.name)")
  }
}
