import Testing
import VitCheckpoint

@testable import VitModel

@Suite struct ParameterReaderTests {
  private func reader() throws -> ParameterReader {
    ParameterReader(
      try checkpoint([
        ("blocks.0.attn.qkv.weight", [2, 3], [1, 2, 3, 4, 5, 6]),
        ("blocks.1.attn.qkv.weight", [2, 3], [1, 2, 3, 4, 5, 6]),
        ("cls_token", [1, 1, 3], [7, 8, 9]), ("head.bias", [2], [0, 1]),
        ("blocks.x.bias", [1], [0]), ("logit_scale", [], [3]),
      ]))
  }

  @Test func findsByScope() throws {
    let reader = try reader()
    let block = reader.scope("blocks.0").scope("attn")
    let weight = try block.parameter("qkv.weight", [2, 3])
    let token = try reader.table("cls_token", rows: 1, size: 3)
    let scale = try #require(try reader.scalar("logit_scale"))
    #expect(weight.name == "blocks.0.attn.qkv.weight" && weight.elements == 0..<6)
    #expect(token.storedShape == [1, 1, 3] && token.shape == [1, 3])
    #expect(reader.countBlocks("blocks.") == 2)
    #expect(reader.contains("head.bias") && !block.contains("head.bias"))
    #expect(reader.contains(anyWithPrefix: "blocks.x") && !block.contains(anyWithPrefix: "h"))

    let parameters = reader.parameters
    #expect(parameters.count == 10)
    #expect(try parameters.values(weight) == [1, 2, 3, 4, 5, 6])
    #expect(try parameters.values(token) == [7, 8, 9])
    #expect(try parameters.values(scale) == [3])
  }

  @Test func namesBothShapes() throws {
    let reader = try reader()
    let error = #expect(throws: CheckpointError.self) {
      try reader.scope("blocks.0.attn").parameter("qkv.weight", [3, 3])
    }
    #expect(
      error?.description
        == "model.safetensors: blocks.0.attn.qkv.weight has the shape [2, 3], "
        + "but config.json asks for [3, 3]")
    for size in [2, 4, 0, .max] {
      #expect(throws: CheckpointError.self) { try reader.table("cls_token", rows: 1, size: size) }
    }
    #expect(throws: CheckpointError.self) {
      try reader.table("cls_token", rows: .max, size: .max)
    }
    #expect(throws: CheckpointError.self) { try reader.transposedLinear("head.bias", input: 2) }
  }

  @Test func namesWhatIsMissingAndWhatIsLeft() throws {
    let reader = try reader()
    let missing = #expect(throws: CheckpointError.self) { try reader.norm("norm", size: 3) }
    #expect(missing?.description.contains("model.safetensors: lacks norm.weight") == true)
    _ = try reader.scope("blocks.0.attn").parameter("qkv.weight", [2, 3])
    let unused = #expect(throws: CheckpointError.self) {
      try reader.finish(ignoring: ["cls_token", "blocks.x*", "logit_scale"])
    }
    let text = try #require(unused?.description)
    #expect(text.contains("blocks.1.attn.qkv.weight [2, 3]") && text.contains("head.bias [2]"))
    #expect(!text.contains("cls_token") && !text.contains("blocks.0") && !text.contains("blocks.x"))
    try reader.finish(ignoring: ["*bias", "blocks.1*", "cls_token", "logit_scale"])
  }

  /// Query, key and value are parts of one tensor where the layout joins them.
  @Test func findsPartsOfAJoinedTensor() throws {
    let width = 2
    let form = BlockForm(
      width: width, norm: .layer(epsilon: 1e-6),
      attention: AttentionForm(heads: 1, headSize: 2, isCausal: false, hasQueryKeyValueBias: true),
      feedForward: .plain(hiddenSize: 3, .relu), hasLayerScale: false)
    let reader = ParameterReader.declaring()
    let block = try reader.block(TimmVisionTransformer.keys.block, form)
    let attention = block.attention
    #expect(
      [attention.query, attention.key, attention.value].map(\.weight.elements)
        == [0..<4, 4..<8, 8..<12])
    #expect(attention.value.bias?.elements == 4..<6)
    #expect(attention.key.weight.name == "attn.qkv.weight")
    // 2 · (2 + 2) of norms, 12 + 6 + 4 + 2 of attention, 6 + 3 + 6 + 2 of the network.
    #expect(reader.parameters.count == 49)
    // Norms begin near 1, other numbers near 0.
    #expect(try reader.parameters.values(block.norm1.weight).allSatisfy { abs($0 - 1) < 0.1 })
    #expect(try reader.parameters.values(block.norm1.bias).allSatisfy { abs($0) < 0.1 })
  }
}
