import Testing
import VitSystem

@testable import VitCheckpoint

struct PickleInterpreterTests {
  /// Runs a pickle over a storage "0" of four float32, 1 to 4.
  private func tensors(_ pickle: [UInt8]) throws(CheckpointError) -> ExactDictionary<TensorData> {
    try ZipWriter(pickle: pickle, storages: [("0", raw([1, 2, 3, 4] as [Float]))]).read()
  }

  private func values(_ tensor: TensorData?) -> [Float]? {
    guard let tensor else { return nil }
    var values = [Float](repeating: .nan, count: tensor.info.elementCount)
    values.withUnsafeMutableBufferPointer {
      if let start = $0.baseAddress { tensor.float32(into: start) }
    }
    return values
  }

  @Test(
    arguments: [
      ([2, 2], [2, 1], 0, [1, 2, 3, 4]), ([2, 2], [1, 2], 0, [1, 3, 2, 4]),
      ([2], [2], 1, [2, 4]), ([], [], 3, [4]), ([1, 2, 1], [77, 2, 99], 0, [1, 3]),
      ([3], [0], 2, [3, 3, 3]), ([0], [1], 0, []), ([0], [1], 4, []), ([3, 0], [0, 1], 1, []),
      ([2, 1, 2], [1, 9, 1], 1, [2, 3, 3, 4]),
    ] as [([Int], [Int], Int, [Float])])
  func gathersByStride(shape: [Int], strides: [Int], offset: Int, result: [Float]) throws {
    let found = try tensors(
      PickleWriter.stateDict(offset: offset, shape: shape, strides: strides))
    #expect(found["x"]?.info.shape == shape)
    #expect(values(found["x"]) == result)
  }

  @Test(
    arguments: [
      ([5], [1], 0), ([4], [1], 1), ([2], [4], 0), ([2], [-1], 3), ([-1], [1], 0), ([1], [1], -1),
      ([1], [1], 4), ([0], [1], 5), ([2], [1], .max), ([1], [1], .max), ([2], [.max], 0),
      ([3], [.max / 2], 0), ([3, 3], [.max / 4, .max / 4], 2), ([.max], [0], 0),
      ([.max, .max], [0, 0], 0),
      ([2, 2], [1], 0), ([2], [1, 1], 0), ([], [1], 0), ([.min], [1], 0), ([2], [.min], 0),
      ([1 << 32, 1 << 32], [1, 1], 0),
    ] as [([Int], [Int], Int)])
  func refusesShapesThatDoNotFit(shape: [Int], strides: [Int], offset: Int) {
    #expect(throws: CheckpointError.self) {
      try tensors(PickleWriter.stateDict(offset: offset, shape: shape, strides: strides))
    }
  }

  /// Without elements the other extents may multiply to more than an `Int`.
  @Test func acceptsEmptyTensorsOfHugeExtents() throws {
    let found = try tensors(
      PickleWriter.stateDict(shape: [0, 1 << 40, 1 << 40], strides: [1, 1, 1]))
    #expect(found["x"]?.info.elementCount == 0)
  }

  @Test func refusesTooManyAxes() {
    let ones = [Int](repeating: 1, count: 17)
    #expect(throws: CheckpointError.self) {
      try tensors(PickleWriter.stateDict(shape: ones, strides: ones))
    }
  }

  /// What pickles are attacked with, and opcodes that no state dict has.
  @Test(arguments: [
    ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("__builtin__", "getattr"),
    ("torch", "load"), ("torch.hub", "load"), ("torch._utils", "_rebuild_parameter_with_state"),
    ("collections", "defaultdict"), ("numpy", "ndarray"), ("", ""), ("torch\0", "FloatStorage"),
  ])
  func refusesOtherNames(module: String, name: String) {
    var writer = PickleWriter()
    writer.global(module, name)
    writer.add("(tR.")
    let error = #expect(throws: CheckpointError.self) { try tensors(writer.bytes) }
    guard case .unsupported = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: [
    "", ".", "R.", "(.", "((((", ")R.", "N}R.", "Nq", "q\u{1}.", "h\u{1}.", "t.", "s.", "u.", "(u.",
    "a.", "e.", "Na.", "]a.", "b.", "Nb.", "NNb.", "Q.", "NQ.", ")Q.", "}N.", "}Ns.", "}(Nu.",
    "X\u{7F}\u{7F}\u{7F}\u{7F}x", "c", "cos\n", "cos\nsystem", "G", "J", "K", "M", "N.", "(N.",
    "].",
    "}.", "ccollections\nOrderedDict\n.", "ccollections\nOrderedDict\n)R.",
    "ccollections\nOrderedDict\n(](NNNtatR.", "ctorch\nFloatStorage\n)R.",
    "ctorch._utils\n_rebuild_tensor_v2\n)R.", "ctorch._utils\n_rebuild_tensor_v3\n)R.",
    "ctorch._utils\n_rebuild_parameter\n)R.", "ctorch\nSize\n)R.", "ccollections\nOrderedDict\nNb.",
    "I1\n.", "S'a'\n.", "P0\n.", "V\n.", "d.", "l.", "0.", "1.", "2.", "i", "o.",
  ])
  func refusesWhatIsNoStateDict(opcodes: String) {
    var writer = PickleWriter()
    writer.add(opcodes)
    #expect(throws: CheckpointError.self) { try tensors(writer.bytes) }
  }

  @Test(arguments: [0, 1, 3, 4, 5, 255] as [UInt8])
  func refusesOtherProtocols(version: UInt8) {
    #expect(throws: CheckpointError.self) { try tensors([0x80, version] + Array("}.".utf8)) }
  }

  /// A dict that holds itself, a list that holds itself, and a module whose state is itself.
  @Test func survivesCycles() {
    var dictionary = PickleWriter()
    dictionary.add("}q\u{1}")
    dictionary.text("x")
    dictionary.add("h\u{1}s.")
    #expect(throws: CheckpointError.self) { try tensors(dictionary.bytes) }
    var list = PickleWriter()
    list.add("]q\u{1}h\u{1}a.")
    #expect(throws: CheckpointError.self) { try tensors(list.bytes) }
    var object = PickleWriter()
    object.global("__torch__", "A")
    object.add(Array(")".utf8) + [0x81] + Array("q\u{1}h\u{1}b.".utf8))
    #expect(throws: CheckpointError.self) { try tensors(object.bytes) }
  }

  /// A dict that holds itself under many keys: every round would put them all on the stack again.
  @Test func limitsTheWalkOfAWideCycle() {
    var writer = PickleWriter()
    writer.add("}q\u{1}(")
    for key in 0..<100_000 {
      writer.text("\(key)")
      writer.add("h\u{1}")
    }
    writer.add("u.")
    #expect(throws: CheckpointError.self) { try tensors(writer.bytes) }
  }

  /// One long key, remembered, names a hundred thousand dicts within each other.
  @Test func limitsTheBytesOfNames() {
    var writer = PickleWriter()
    writer.text(String(repeating: "k", count: 100_000))
    writer.add("q\u{1}}q\u{2}(")
    for _ in 0..<10_000 { writer.add("h\u{1}h\u{2}") }
    writer.add("u.")
    #expect(throws: CheckpointError.self) { try tensors(writer.bytes) }
  }

  /// OrderedDict(list) of a remembered list, again and again, seven bytes each.
  @Test func limitsCopiesOfARememberedList() {
    var writer = PickleWriter()
    writer.global("collections", "OrderedDict")
    writer.add("q\u{1}](")
    for _ in 0..<5_000 { writer.add([0x4E, 0x4E, 0x86]) }
    writer.add("e")
    writer.add([0x85])
    writer.add("q\u{2}")
    for _ in 0..<5_000 { writer.add("h\u{1}h\u{2}R") }
    writer.add(".")
    let error = #expect(throws: CheckpointError.self) { try tensors(writer.bytes) }
    #expect(error?.description.contains("operations") == true)
  }

  /// Names that Unicode takes for one after the prefix is cut off do not trap.
  @Test func unwrapsNamesThatCombine() throws {
    var writer = PickleWriter()
    writer.add("}(")
    for name in ["module.\u{301}x", "module.x", "module.\u{E9}", "module.e\u{301}"] {
      writer.text(name)
      writer.tensor(shape: [1], strides: [1])
    }
    writer.add("u.")
    #expect(try tensors(writer.bytes).count == 4)
  }

  @Test(.timeLimit(.minutes(1)))
  func namesOfManyMarksTakeNoLonger() throws {
    var writer = PickleWriter()
    writer.add("}(")
    let name = "s" + String(repeating: "\u{301}\u{316}", count: 200_000)
    for suffix in ["", "a"] {
      writer.text(name + suffix)
      writer.tensor(shape: [1], strides: [1])
    }
    writer.add("u.")
    #expect(try tensors(writer.bytes)[name]?.info.shape == [1])
  }

  /// What a hostile file calls its tensors cannot steer a terminal.
  @Test func printsNamesWithoutControlCharacters() {
    let error = #expect(throws: CheckpointError.self) {
      try tensors(
        PickleWriter.stateDict(name: "\u{1B}[2Jx\u{202E}", shape: [99], strides: [1]))
    }
    #expect(error?.description.contains("\u{1B}") == false)
    #expect(error?.description.contains("\u{202E}") == false)
  }
}
