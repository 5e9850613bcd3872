/// A tensor's name in a checkpoint, as the components between its dots.
///
/// Components are compared byte by byte: they are a stranger's.
struct TensorPath {
  /// Without what a wrapping of modules put between them.
  let components: [Substring.UTF8View]

  /// What `DataParallel`, `torch.compile`, FSDP, DeepSpeed and checkpointed activations put around a
  /// module, at the top or anywhere within. No layout that is read here has a component of these names.
  private static let wrappers = [
    "module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "_forward_module",
  ]

  init(_ name: String) {
    components = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .filter { component in !Self.wrappers.contains { component.elementsEqual($0.utf8) } }
  }

  private init(_ components: some Sequence<Substring.UTF8View>) {
    self.components = Array(components)
  }

  var text: String { components.map { String(Substring($0)) }.joined(separator: ".") }

  /// What stands before `end`, which must be whole components; nil where it does not end so.
  func prefix(before end: TensorPath) -> TensorPath? {
    guard components.count >= end.components.count,
      zip(components.suffix(end.components.count), end.components).allSatisfy({
        $0.elementsEqual($1)
      })
    else { return nil }
    return TensorPath(components.dropLast(end.components.count))
  }

  /// What follows `prefix`; nil where it does not begin so.
  func suffix(after prefix: TensorPath) -> TensorPath? {
    guard components.count >= prefix.components.count,
      commonCount(prefix) == prefix.components.count
    else { return nil }
    return TensorPath(components.dropFirst(prefix.components.count))
  }

  /// How many components the two have in common at their beginnings.
  func commonCount(_ other: TensorPath) -> Int {
    zip(components, other.components).prefix { $0.elementsEqual($1) }.count
  }

  func equals(_ other: TensorPath) -> Bool {
    components.count == other.components.count && commonCount(other) == components.count
  }

  // MARK: - What trainers call their parts

  private static let averages: [String] = [
    "ema", "averaged", "average", "avg", "swa", "polyak", "teacher",
  ]

  /// Whether a component says that what lies below are averaged weights: `state_dict_ema`.
  var isAveraged: Bool {
    components.contains { component in
      component.split(separator: UInt8(ascii: "_")).contains { word in
        Self.averages.contains { word.lazy.map { $0 | 0x20 }.elementsEqual($0.utf8) }
      }
    }
  }

  /// Beginnings of the names of what trainers keep beside a model.
  private static let bookkeeping = [
    "optim", "sched", "lr_sched", "scaler", "grad_scaler", "loss_scaler", "amp", "callbacks",
    "loops",
    "rng", "torch_rng", "cuda_rng", "random", "hparams", "hyper_parameters", "args", "config",
    "cfg",
    "criterion", "loss", "n_averaged", "num_updates", "epoch", "step", "global_step", "iter",
    "metric", "train_", "val_", "test_", "best", "decay", "initted",
  ]

  /// Whether the component at `index` names what a trainer keeps beside a model, such as `optimizer`.
  /// A scale or bias of logits belongs to the model wherever it lies.
  func isBookkeeping(at index: Int) -> Bool {
    guard components.indices.contains(index),
      let last = components.last, !last.starts(with: "logit_".utf8)
    else { return false }
    return Self.bookkeeping.contains { components[index].starts(with: $0.utf8) }
  }
}
