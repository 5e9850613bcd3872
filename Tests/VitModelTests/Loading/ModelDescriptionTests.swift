import Testing
import VitCheckpoint
import VitTensor

@testable import VitModel

@Suite struct ModelDescriptionTests {
  @Test func whatNobodyReadsIsRefusedByName() {
    func reason(_ configuration: String?) -> String {
      let model = DeclaredModel(files: configuration.map { ["config.json": $0] } ?? [:])
      return message { _ = try model.describe() }
    }
    #expect(reason(nil).contains("no config.json or open_clip_config.json"))
    #expect(reason("[]").contains("declared/config.json: not a JSON object"))
    #expect(reason("{}").contains("without model_type or architecture"))
    #expect(reason(#"{"model_type": "bert"}"#).contains("the model type bert is not supported"))
    #expect(reason(#"{"architecture": "swin"}"#).contains("the architecture swin"))
  }

  @Test func familiesAreToldByConfigurationsAlone() {
    func family(_ files: [String: String]) -> String? {
      ModelDescription.family(of: DeclaredModel(files: files).source())
    }
    #expect(family(["config.json": #"{"model_type": "vit"}"#]) == "ViT (Hugging Face)")
    #expect(family(["config.json": #"{"model_type": "deit"}"#]) == "DeiT (Hugging Face)")
    #expect(family(["config.json": #"{"architecture": "vit_tiny_patch16_224"}"#]) == "ViT (timm)")
    #expect(family(["open_clip_config.json": #"{"model_cfg": {}}"#]) == "CLIP (OpenCLIP)")
    #expect(family(["config.json": #"{"model_type": "bert"}"#]) == nil)
    #expect(family([:]) == nil)
  }

  @Test func precisionIsResolvedOnce() throws {
    let plain = try checkpoint([("x", [1], [0])])
    #expect(try PrecisionChoice.own.resolved(for: plain) == .float32)
    #expect(try PrecisionChoice.exactly(.int8).resolved(for: plain) == .int8)
    #expect(
      try PrecisionChoice.auto.resolved(for: plain)
        == (KernelSet.isFast(.bfloat16) ? .bfloat16 : .float32))
  }
}
