import Testing

@testable import VitCheckpoint

struct TensorReaderTests {
  private func reader() throws -> TensorReader {
    TensorReader(
      try Checkpoint(
        kept(
          SafetensorsWriter.bytes([
            ("blocks.0.attn.qkv.weight", [2, 3], [1, 2, 3, 4, 5, 6]),
            ("blocks.1.attn.qkv.weight", [2, 3], [1, 2, 3, 4, 5, 6]),
            ("cls_token", [1, 1, 3], [7, 8, 9]), ("head.bias", [2], [0, 1]),
            ("blocks.x.bias", [1], [0]),
          ])), name: "model.safetensors"))
  }

  @Test func readsByScope() throws {
    let reader = try reader()
    let block = reader.scope("blocks.0").scope("attn")
    #expect(try block.float32("qkv.weight", [2, 3]) == [1, 2, 3, 4, 5, 6])
    #expect(try block.withFloat32("qkv.weight", [2, 3]) { $0[4] } == 5)
    #expect(reader.elementsRead == 6)
    #expect(try reader.float32("cls_token", count: 3) == [7, 8, 9])
    #expect(reader.countBlocks("blocks.") == 2)
    #expect(reader.contains("head.bias") && !block.contains("head.bias"))
  }

  @Test func namesBothShapes() throws {
    let reader = try reader()
    let error = #expect(throws: CheckpointError.self) {
      try reader.scope("blocks.0.attn").float32("qkv.weight", [3, 3])
    }
    #expect(
      error?.description
        == "model.safetensors: blocks.0.attn.qkv.weight has the shape [2, 3], "
        + "but config.json asks for [3, 3]")
    for count in [2, 4, 0, .max] {
      #expect(throws: CheckpointError.self) { try reader.float32("cls_token", count: count) }
    }
    #expect(throws: CheckpointError.self) {
      try reader.float32("cls_token", matching: .max, rows: .max)
    }
    #expect(throws: CheckpointError.self) {
      try reader.withFloat32("head.bias", [.max, .max]) { _ in }
    }
  }

  @Test func namesWhatIsMissingAndWhatIsLeft() throws {
    let reader = try reader()
    let missing = #expect(throws: CheckpointError.self) { try reader.float32("norm.weight", [3]) }
    #expect(missing?.description.contains("model.safetensors: lacks norm.weight") == true)
    _ = try reader.scope("blocks.0.attn").float32("qkv.weight", [2, 3])
    let unused = #expect(throws: CheckpointError.self) {
      try reader.finish(ignoring: ["cls_token", "blocks.x*"])
    }
    let text = try #require(unused?.description)
    #expect(text.contains("blocks.1.attn.qkv.weight [2, 3]") && text.contains("head.bias [2]"))
    #expect(!text.contains("cls_token") && !text.contains("blocks.0") && !text.contains("blocks.x"))
    try reader.finish(ignoring: ["*bias", "blocks.1*", "cls_token"])
  }
}
