import VitSystem

/// Finds the tensors in what a pickle made, and checks them against their storages.
struct StateDict {
  private let root: PickleValue
  private let arena: PickleArena
  private let storages: ExactDictionary<UnsafeRawBufferPointer>
  private let file: String

  init(
    _ root: PickleValue, arena: PickleArena, storages: ExactDictionary<UnsafeRawBufferPointer>,
    file: String
  ) {
    self.root = root
    self.arena = arena
    self.storages = storages
    self.file = file
  }

  /// A module tree is walked no deeper, over no more values, and makes no more bytes of names.
  private static let depthLimit = 64
  private static let valueLimit = 1_000_000
  private static let nameLimit = 64 << 20

  /// The tensors by the path of keys that leads to each, such as `state_dict.visual.proj`.
  func tensors() throws(CheckpointError) -> ExactDictionary<TensorData> {
    var tensors: ExactDictionary<TensorData> = [:]
    var pending: [(name: String, value: PickleValue, depth: Int)] = [("", root, 0)]
    // Counted where values are put on the stack, so that the stack is limited too: a dict that holds
    // itself under a million keys costs a few bytes a key, and a million places a round.
    var met = 0
    var nameBytes = 0
    func limit() -> CheckpointError {
      .malformed(file: file, offset: 0, reason: "the pickle: nested beyond any model")
    }
    while let (name, value, depth) = pending.popLast() {
      guard depth <= Self.depthLimit else { throw limit() }
      switch value {
      case .tensor(let place):
        tensors[name] = try data(arena.tensors[place], name: name)
      case .object(let place):
        met += 1
        guard met <= Self.valueLimit else { throw limit() }
        pending.append((name, arena.objects[place], depth + 1))
      case .dictionary(let place):
        for (key, value) in arena.dictionaries[place] {
          met += 1
          guard met <= Self.valueLimit else { throw limit() }
          guard let key = key.string, value.mayHoldTensors else { continue }
          nameBytes += name.utf8.count + 1 + key.utf8.count
          guard nameBytes <= Self.nameLimit else { throw limit() }
          pending.append((name.isEmpty ? key : "\(name).\(key)", value, depth + 1))
        }
      default: break
      }
    }
    guard !tensors.isEmpty else { throw nothingFound }
    return tensors
  }

  /// What the pickle holds instead.
  private var nothingFound: CheckpointError {
    let found =
      arena.holdsArrays
      ? "NumPy arrays, but no tensors"
      : arena.tensors.isEmpty ? "no tensors" : "\(arena.tensors.count) tensors, but none by name"
    return .unsupported(
      file: file, reason: "its pickle holds \(found)",
      remedy: "save the state dict: torch.save(model.state_dict(), \"weights.pt\")")
  }

  /// Checks that every element lies within the storage.
  private func data(_ tensor: PickleTensor, name: String) throws(CheckpointError) -> TensorData {
    func malformed(_ reason: String) -> CheckpointError {
      .malformed(file: file, offset: 0, reason: "\(name): \(reason)")
    }
    let storage = arena.storages[tensor.storage]
    guard let bytes = storages[storage.key] else { throw malformed("its storage is missing") }
    let size = tensor.dataType.size
    let available = bytes.count / size
    guard let count = CheckedSize.product(tensor.shape), tensor.offset >= 0,
      tensor.offset <= available, count <= available
    else {
      throw malformed("the shape \(tensor.shape) does not fit its storage of \(bytes.count) bytes")
    }
    var last = tensor.offset
    if count > 0 {
      for (extent, step) in zip(tensor.shape, tensor.strides) {
        let (reach, overflow1) = (extent - 1).multipliedReportingOverflow(by: step)
        let (next, overflow2) = last.addingReportingOverflow(reach)
        guard step >= 0, !overflow1, !overflow2 else {
          throw malformed("strides \(tensor.strides)")
        }
        last = next
      }
      guard last < available else {
        throw malformed("reaches element \(last) of a storage of \(available)")
      }
    }
    // Without elements the extents that are not zero may multiply to more than an `Int`.
    var contiguous = true
    var expected = 1
    for (extent, step) in zip(tensor.shape, tensor.strides).reversed()
    where count > 0 && extent != 1 {
      if step != expected { contiguous = false }
      expected *= extent
    }
    return TensorData(
      info: TensorInfo(name: name, shape: tensor.shape, dataType: tensor.dataType),
      bytes: UnsafeRawBufferPointer(rebasing: bytes[(tensor.offset * size)...]),
      strides: contiguous ? nil : tensor.strides)
  }
}

extension PickleValue {
  /// Whether a walk for tensors has anything to find here.
  fileprivate var mayHoldTensors: Bool {
    switch self {
    case .tensor, .object, .dictionary: true
    default: false
    }
  }
}
