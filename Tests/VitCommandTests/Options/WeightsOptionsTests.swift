import Foundation
import Testing

extension CommandTests {
  @Suite struct WeightsOptionsTests {
    /// A timm classifier of two classes and no block's width to speak of, in safetensors, twice: the
    /// heads' biases tell which answers.
    private func model(_ prefixes: [(String, Float)], in scratch: Scratch) throws -> String {
      let width = 64
      var tensors: [(name: String, shape: [Int], value: Float)] = []
      for (prefix, bias) in prefixes {
        for (name, shape) in [
          ("cls_token", [1, 1, width]), ("pos_embed", [1, 5, width]),
          ("patch_embed.proj.weight", [width, 3, 8, 8]), ("patch_embed.proj.bias", [width]),
          ("norm.weight", [width]), ("norm.bias", [width]),
          ("blocks.0.norm1.weight", [width]), ("blocks.0.norm1.bias", [width]),
          ("blocks.0.attn.qkv.weight", [3 * width, width]), ("blocks.0.attn.qkv.bias", [3 * width]),
          ("blocks.0.attn.proj.weight", [width, width]), ("blocks.0.attn.proj.bias", [width]),
          ("blocks.0.norm2.weight", [width]), ("blocks.0.norm2.bias", [width]),
          ("blocks.0.mlp.fc1.weight", [width, width]), ("blocks.0.mlp.fc1.bias", [width]),
          ("blocks.0.mlp.fc2.weight", [width, width]), ("blocks.0.mlp.fc2.bias", [width]),
          ("head.weight", [2, width]),
        ] { tensors.append((prefix + name, shape, 0)) }
        tensors.append((prefix + "head.bias", [2], bias))
      }
      var (header, data) = ([String](), Data())
      for tensor in tensors {
        let count = tensor.shape.reduce(1, *)
        let bytes = [Float](repeating: tensor.value, count: count).withUnsafeBytes { Data($0) }
        header.append(
          "\"\(tensor.name)\": {\"dtype\": \"F32\", \"shape\": \(tensor.shape), "
            + "\"data_offsets\": [\(data.count), \(data.count + bytes.count)]}")
        data += bytes
      }
      let text = Data("{\(header.joined(separator: ", "))}".utf8)
      let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
      try scratch.write("m/model.safetensors", length + text + data)
      try scratch.write(
        "m/config.json",
        Data(
          """
          {"architecture": "vit_tiny_patch16_224", "model_args": {"patch_size": 8, "num_heads": 1},
           "num_classes": 2, "label_names": ["a", "b"],
           "pretrained_cfg": {"input_size": [3, 16, 16], "mean": [0.5, 0.5, 0.5],
             "std": [0.5, 0.5, 0.5], "interpolation": "bicubic", "crop_pct": 1.0}}
          """.utf8))
      return scratch.path("m")
    }

    private func score(_ model: String, _ options: String...) throws -> (Float?, String) {
      let outcome = try VitCommand().run(
        ["classify", "--model", model, "--format", "json", "--top", "1", Photos.shoes.path]
          + options)
      guard outcome.status == 0 else { return (nil, outcome.error) }
      let first = try outcome.objects().first?["classes"] as? [[String: Any]]
      return ((first?.first?["score"] as? Double).map { Float($0) }, outcome.error)
    }

    @Test func averagedWeightsAreTakenAndTold() throws {
      let scratch = try Scratch()
      let both = try model([("model.", 1), ("model_ema.module.", 2)], in: scratch)
      let (averaged, said) = try score(both)
      #expect(averaged == 2)
      #expect(said.contains("the averaged ones of model_ema, not of model"))
      #expect(said.split(separator: "\n").count == 1)
      let (raw, silence) = try score(both, "--weights", "raw")
      #expect(raw == 1 && silence.isEmpty)
      #expect(try score(both, "--quiet") == (2, ""))
      let converted = scratch.path("c")
      let made = try VitCommand().run(
        "convert", both, "--precision", "float32", "--weights", "raw", "--output", converted)
      #expect(made.status == 0 && made.error.isEmpty)
      #expect(try score(converted) == (1, ""))
      #expect(try score(converted, "--weights", "raw").1.contains("was converted"))
    }

    @Test func whatIsNotThereIsRefused() throws {
      let scratch = try Scratch()
      let plain = try model([("", 1)], in: scratch)
      for arguments in [["--model", plain], ["--model", "box"]] {
        let outcome = try VitCommand().run(["inspect", "--weights", "averaged"] + arguments)
        #expect(outcome.status == 65)
        #expect(outcome.error.contains("no averaged weights"))
      }
      #expect(try VitCommand().run("inspect", "--weights", "mean").status == 64)
    }
  }
}
