import Testing
import VitCheckpoint

@testable import VitModel

/// Checkpoints of timm's layout, reduced to two tensors; the values tell which was taken.
@Suite struct ModelWeightsTests {
  private static let names = ["patch_embed.proj.weight", "head.weight"]

  private func weights(
    _ models: [(prefix: String, value: Float)], others: [String] = [], choice: WeightsChoice? = nil,
    names: [String] = names, anchors: [String] = TimmVisionTransformer.anchors
  ) throws -> ModelWeights {
    var tensors: [(name: String, shape: [Int], values: [Float])] = []
    for model in models {
      for name in names { tensors.append((model.prefix + name, [1], [model.value])) }
    }
    for name in others { tensors.append((name, [1], [-1])) }
    return try ModelWeights(checkpoint(tensors), anchors: anchors, choice: choice)
  }

  /// The tensors have the layout's names, and are those of one model.
  private func value(_ weights: ModelWeights) throws -> Float {
    #expect(weights.checkpoint.names == Self.names.sorted())
    let values = try weights.checkpoint.names.map { try weights.checkpoint.float32($0)[0] }
    #expect(Set(values).count == 1)
    return values[0]
  }

  @Test(arguments: [
    "", "module.", "_orig_mod.", "model.", "state_dict.", "state_dict.model.", "net.", "backbone.",
    "model_state_dict.", "model.module.", "module.model._orig_mod.", "_orig_mod.module.",
    "state_dict._forward_module.net.vit.", "checkpoint.weights.", "model_ema.",
  ])
  func whatStandsBeforeAModelIsTakenOff(prefix: String) throws {
    let found = try weights([(prefix, 1)])
    #expect(try value(found) == 1)
    #expect(found.warnings.isEmpty)
  }

  /// Wrappings within: compiled and sharded blocks.
  @Test func whatWrapsPartsIsTakenOff() throws {
    let found = try weights(
      [("", 1)],
      names: ["patch_embed._orig_mod.proj.weight", "_fsdp_wrapped_module.head.module.weight"])
    #expect(try value(found) == 1)
  }

  @Test(
    arguments: [
      (["state_dict.", "state_dict_ema."], 1, 0), (["model.", "model_ema."], 1, 0),
      (["state_dict.", "state_dict_ema.", "model_ema."], 1, 0),
      (["model.", "model_ema.module."], 1, 0), (["", "ema."], 1, 0),
      (["online.", "ema_model."], 1, 0),
      (["state_dict.model.", "state_dict.model_ema.module."], 1, 0),
      (["student.", "teacher."], 1, 0),
      (["state_dict.", "model."], 0, 0), (["state_dict_ema.", "model_ema."], 0, nil),
      (["schema.model."], 0, 0),
    ] as [([String], Int, Int?)])
  func averagedWeightsComeFirst(prefixes: [String], averaged: Int, raw: Int?) throws {
    let models = prefixes.enumerated().map { (prefix: $1, value: Float($0)) }
    let found = try weights(models)
    #expect(try value(found) == Float(averaged))
    #expect(found.warnings.isEmpty == (models.count == 1))
    #expect(models.count == 1 || found.warnings[0].contains("not of"))
    if let raw {
      let taken = try weights(models, choice: .raw)
      #expect(try value(taken) == Float(raw))
      // What was asked for needs no word.
      #expect(taken.warnings.isEmpty)
    } else {
      #expect(
        message { _ = try weights(models, choice: .raw) }.contains("only weights are averaged"))
    }
  }

  @Test func whatIsAskedForMustBeThere() {
    #expect(
      message { _ = try weights([("state_dict.", 0)], choice: .averaged) }
        .contains("no averaged weights"))
  }

  @Test func twoModelsThatNothingTellsApart() {
    let text = message { _ = try weights([("a.", 0), ("b.", 1)]) }
    #expect(text.contains("several models, of a, b"))
  }

  @Test func whatATrainerKeepsIsPassedOverAndTold() throws {
    let found = try weights(
      [("state_dict.model.", 1)],
      others: [
        "optimizer.state.module.head.weight", "optimizer_states.x", "lr_schedulers.x",
        "state_dict.criterion.weight", "callbacks.EMA.shadow.patch_embed.proj.weight", "epoch",
      ])
    #expect(try value(found) == 1)
    #expect(found.notes.contains { $0.contains("optimizer") && $0.contains("criterion") })
    // An average of torch.optim.swa_utils counts its models.
    #expect(try value(weights([("module.", 1)], others: ["n_averaged"])) == 1)
  }

  /// What may be the model's stays, for the family to refuse by name.
  @Test func whatIsNoBookkeepingStays() throws {
    let found = try weights(
      [("encoder.", 1)], others: ["classifier.weight", "loss.logit_scale"])
    #expect(
      found.checkpoint.names
        == ["classifier.weight", "head.weight", "loss.logit_scale", "patch_embed.proj.weight"])
    #expect(
      message { _ = try weights([("encoder.", 1)], others: ["head.weight"]) }
        .contains("two of its tensors are the model's head.weight"))
  }

  /// Averaged and raw weights of one file are two models.
  @Test func aChoiceIsPartOfTheHash() throws {
    let models: [(prefix: String, value: Float)] = [("model.", 0), ("model_ema.", 1)]
    let averaged = try weights(models).checkpoint.weightsHash()
    let raw = try weights(models, choice: .raw).checkpoint.weightsHash()
    #expect(averaged != raw)
    #expect(try weights(models, choice: .averaged).checkpoint.weightsHash() == averaged)
    let alone = try weights([("model.", 0)]).checkpoint
    #expect(try alone.weightsHash() == alone.contentHash())
  }

  @Test func anchorsOfLongerNamesComeFirst() throws {
    for prefix in ["", "model.", "vit."] {
      let found = try weights(
        [(prefix, 1)], names: ["vit.embeddings.patch_embeddings.projection.weight"],
        anchors: HuggingFaceViT.anchors)
      #expect(found.checkpoint.names == ["vit.embeddings.patch_embeddings.projection.weight"])
    }
    let bare = try weights(
      [("backbone.", 1)], names: ["embeddings.patch_embeddings.projection.weight"],
      anchors: HuggingFaceViT.anchors)
    #expect(bare.checkpoint.names == ["embeddings.patch_embeddings.projection.weight"])
  }

  /// A name of combining marks, many places, and no place at all.
  @Test func strangersNames() throws {
    let marks = String(repeating: "\u{301}\u{316}", count: 100)
    #expect(try value(weights([(marks + ".", 1)])) == 1)
    #expect(
      message { _ = try weights((0..<65).map { ("m\($0).", 0) }) }.contains("more than 64 models"))
    let none = try weights([], others: ["module.x", "y"])
    #expect(none.checkpoint.names == ["module.x", "y"])
  }
}
