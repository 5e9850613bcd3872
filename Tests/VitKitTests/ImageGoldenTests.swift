import Foundation
import Testing
import VitTestSupport

@testable import VitKit
@testable import VitModel

/// Every golden of the references: pixels, each intermediate, vectors and logits.
@Suite struct ImageGoldenTests {
  static let goldens: [Golden] = (try? Golden.all("image")) ?? []

  /// Weights that are computed from their hash are written for the time that loading takes; what is
  /// mapped stays readable.
  private func load(_ golden: Golden) throws -> Model {
    let scratch = FileManager.default.temporaryDirectory
      .appending(path: "vitkit-golden-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    return try Model.load(
      golden.modelFolder(in: scratch).path,
      options: LoadOptions(interpolatesPositions: golden.facts.bool("interpolatesPositions")))
  }

  private func inputs(_ golden: Golden) throws -> [Image] {
    try golden.inputs.map {
      try Image(width: $0.shape[1], height: $0.shape[0], pixels: $0.uint8)
    }
  }

  /// The reference's pixels `[batch, 3, height, width]`, an image each.
  private func referencePixels(_ golden: Golden) throws -> [PixelTensor] {
    let tensor = try golden.tensors.require("pixels")
    return tensor.rows.map {
      PixelTensor(height: tensor.shape[2], width: tensor.shape[3], values: $0)
    }
  }

  @Test func thereAreGoldens() {
    #expect(Self.goldens.count >= 12)
  }

  @Test(arguments: goldens)
  func preprocessingIsIdentical(_ golden: Golden) throws {
    let model = try load(golden)
    let expected = try golden.tensors.require("pixels.uint8")
    let pixels = try referencePixels(golden)
    for (index, image) in try inputs(golden).enumerated() {
      let cropped = try #require(model.info.image).preprocessing.croppedImage(image)
      let size = cropped.pixels.count
      #expect(cropped.height == expected.shape[1] && cropped.width == expected.shape[2])
      #expect(cropped.pixels == Array(expected.uint8.dropFirst(index * size).prefix(size)))

      let normalized = try model.preprocess(image)
      let difference = zip(normalized.values, pixels[index].values).map { abs($0 - $1) }.max()
      #expect(difference ?? 1 <= 1e-6)
    }
  }

  @Test(arguments: goldens)
  func everyIntermediateAgrees(_ golden: Golden) throws {
    let model = try load(golden)
    let entries = try model.trace(referencePixels(golden)[0])
    var compared = 0
    for entry in entries {
      guard let expected = golden.tensors[entry.name] else { continue }
      // Of outputs the golden has all images, of intermediates the first.
      let reference = expected.floats.prefix(entry.values.count)
      #expect(reference.count == entry.values.count, "\(entry.name)")
      expectClose(entry.values, Array(reference), entry.name)
      compared += 1
    }
    // Pixels, embeddings, every block, and what follows.
    #expect(compared >= (model.info.image?.depth ?? 0) + 3)
  }

  @Test(arguments: goldens)
  func vectorsAndLogitsAgree(_ golden: Golden) throws {
    let model = try load(golden)
    let pixels = try referencePixels(golden)
    let name = try #require(golden.embeddings.first)
    let expected = try golden.tensors.require(name).rows
    let vectors = try model.embeddings(pixels: pixels, normalized: false)
    for (vector, reference) in zip(vectors, expected) {
      #expect(cosine(vector, reference) >= 0.99999)
      expectClose(vector, reference, name)
    }
    // A golden whose inputs look alike could not fail.
    #expect(cosine(expected[0], expected[1]) < 0.9)
    if let logits = golden.tensors["logits"] {
      for (row, reference) in zip(try model.logits(pixels: pixels), logits.rows) {
        expectClose(row, reference, "logits")
      }
    }
  }
}
