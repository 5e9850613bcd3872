import Foundation
import Testing
import VitCheckpoint
import VitOperations
import VitTestSupport

@testable import VitKit
@testable import VitModel

/// A model that is saved is the one that was read: tensor by tensor, in the layout, with its files.
@Suite struct SavingTests {
  static let goldens = FormulaTests.goldens

  @Test(arguments: goldens)
  func whatIsSavedIsWhatWasRead(_ golden: Golden) throws {
    try withModel(golden) { model, folder in
      try model.save(to: folder)
      let saved = try DescribedModel.describe(folder)
      let (before, after) = (model.description, saved.description)
      #expect(after.family == before.family && after.image == before.image)
      #expect(after.text == before.text && after.labels == before.labels)
      #expect(after.preprocessing == before.preprocessing)
      #expect(after.tokenizerHash == before.tokenizerHash)
      #expect(after.weights.names == before.weights.names)
      for name in before.weights.names {
        let (old, new) = (before.weights.tensors[name], after.weights.tensors[name])
        #expect(old == new, "\(name)")
        #expect(
          try before.weights.rowMajorBytes(of: name) == after.weights.rowMajorBytes(of: name),
          "\(name)")
      }
    }
  }

  /// Numbers that change are saved in the data type of their tensor, the others stay to the bit.
  @Test(
    arguments: goldens.filter { ["vit-f16-safetensors", "clip-bf16-shards"].contains($0.name) })
  func whatIsChangedIsSavedInItsDataType(_ golden: Golden) throws {
    try withModel(golden) { model, folder in
      var model = model
      let name = try #require(
        model.description.layout.image?.blocks[0].norm1.weight.name)
      try model.description.parameters.change(name) {
        $0[0] = 1.0001
        $0[1] = -2
      }
      try model.save(to: folder)
      let weights = try DescribedModel.describe(folder).description.weights
      let original = model.description.weights
      #expect(weights.tensors[name] == original.tensors[name])
      // Both short formats have no number between 1 and 1.0009.
      #expect(try weights.float32(name).prefix(2) == [1, -2])
      #expect(try weights.float32(name).dropFirst(2) == original.float32(name).dropFirst(2))
      for other in original.names where other != name {
        #expect(
          try original.rowMajorBytes(of: other) == weights.rowMajorBytes(of: other))
      }
    }
  }

  @Test func aConvertedModelIsNotSaved() throws {
    try withModel(try #require(Self.goldens.first { $0.name == "vit-head" })) { model, folder in
      try Model.convert(model.description.source, to: folder, precision: .int8)
      let converted = try DescribedModel.describe(folder)
      let error = #expect(throws: CheckpointError.self) { try converted.save(to: "\(folder)-2") }
      #expect(error?.description.contains("converted to int8") == true)
      #expect(throws: CheckpointError.self) { _ = try ModelFormula(converted.description) }
      var parameters = converted.description.parameters
      #expect(throws: CheckpointError.self) { try parameters.own() }
    }
  }

  /// A model of one layout takes the numbers of the same model in another.
  @Test func parametersAreFilledFromAnotherLayout() throws {
    let huggingFace = try #require(Self.goldens.first { $0.name == "clip" })
    try withModel(huggingFace) { model, _ in
      let target = model.description
      let reader = ParameterReader.declaring()
      var layout = ModelParameters<Parameter>()
      let image = try #require(target.image)
      let text = try #require(target.text)
      layout.image = try reader.scope("visual").imageTower(OpenCLIP.imageKeys, image)
      layout.imageProjection = [
        LinearParameters(
          weight: try reader.parameter("visual.proj", [image.width, model.info.embeddingSize]),
          bias: nil, isTransposed: true)
      ]
      layout.text = try reader.textTower(OpenCLIP.textKeys, text)
      layout.textProjection = LinearParameters(
        weight: try reader.parameter("text_projection", [text.width, model.info.embeddingSize]),
        bias: nil, isTransposed: true)
      layout.logitScale = try reader.parameter("logit_scale", [])
      var copy = target
      copy.parameters = reader.parameters
      copy.layout = layout
      try copy.parameters.fill(layout, from: target.parameters, target.layout)

      // Every array in its place, so the two compute the same.
      let pixels = Tensor(
        try huggingFace.tensors.require("pixels").rows[0],
        shape: [1, 3, image.imageHeight, image.imageWidth])
      let ids = try huggingFace.tensors.require("text.ids").rows.map { $0.map { Int32($0) } }
      let (first, second) = (try ModelFormula(target), try ModelFormula(copy))
      #expect(
        try #require(first.embeddings(images: pixels)).values
          == #require(second.embeddings(images: pixels)).values)
      #expect(
        try #require(first.embeddings(ids: ids)).values
          == #require(second.embeddings(ids: ids)).values)

      layout.logitScale = nil
      #expect(throws: CheckpointError.self) {
        try copy.parameters.fill(layout, from: target.parameters, target.layout)
      }
    }
  }

  private func withModel(
    _ golden: Golden, _ body: (DescribedModel, String) throws -> Void
  ) throws {
    let scratch = FileManager.default.temporaryDirectory
      .appending(path: "vitkit-saving-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    var path = try golden.modelFolder(in: scratch.appending(path: "original")).path
    if golden.family == "openai", let file = golden.facts["weightsFile"] { path += "/\(file)" }
    try body(try DescribedModel.describe(path), scratch.appending(path: "saved").path)
  }
}
