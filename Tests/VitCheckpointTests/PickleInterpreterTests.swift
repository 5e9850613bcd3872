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
    ("torch", "load"), ("torch.hub", "load"), ("torch.storage", "_load_from_bytes"),
    ("builtins", "exec"), ("numpyx", "ndarray"), ("subprocess", "Popen"), ("copyreg", "__newobj__"),
    ("_codecs", "lookup"), ("", ""), ("torch\0", "FloatStorage"),
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

  @Test(arguments: [0, 1, 6, 255] as [UInt8])
  func refusesOtherProtocols(version: UInt8) {
    #expect(throws: CheckpointError.self) { try tensors([0x80, version] + Array("}.".utf8)) }
  }

  /// `{"x": tensor, "beside": VALUE}`.
  private func beside(
    _ write: (inout PickleWriter) -> Void
  ) throws -> ExactDictionary<TensorData> {
    var writer = PickleWriter()
    writer.add("}(")
    writer.text("x")
    writer.tensor(shape: [2], strides: [1])
    writer.text("beside")
    write(&writer)
    writer.add("u.")
    return try tensors(writer.bytes)
  }

  /// numpy.core.multiarray.scalar(dtype("f8", False, True), the bytes as `_codecs.encode` makes them
  /// in protocol 2) holds nothing, runs nothing, and is in nothing's way.
  @Test(arguments: ["numpy.core.multiarray", "numpy._core.multiarray"])
  func passesNumbersOfNumPyOver(module: String) throws {
    let found = try beside { writer in
      writer.global(module, "scalar")
      writer.global("numpy", "dtype")
      writer.text("f8")
      writer.add([0x89, 0x88, 0x87])
      writer.add("R(K\u{3}")
      writer.text("<")
      writer.add("NNNK\u{0}tb")
      writer.global("_codecs", "encode")
      writer.text("333333\u{D3}?")
      writer.text("latin1")
      writer.add([0x86])
      writer.add("R")
      writer.add([0x86])
      writer.add("R")
    }
    #expect(Array(found.keys) == ["x"])
    #expect(values(found["x"]) == [1, 2])
  }

  /// Dates, paths, sets, counters, settings and their attributes.
  @Test func passesInertObjectsOver() throws {
    let found = try beside { writer in
      writer.add("](")
      writer.global("datetime", "datetime")
      writer.add([UInt8(ascii: "C"), 2, 7, 8, 0x85])
      writer.add("R")
      writer.global("pathlib", "PosixPath")
      writer.text("/")
      writer.add([0x85])
      writer.add("R")
      // A set in protocol 4, a frozen one, a defaultdict with an item, a deque with two.
      writer.add([0x8F])
      writer.add("(K\u{1}")
      writer.add([0x90])
      writer.add("(K\u{1}")
      writer.add([0x91])
      writer.global("collections", "defaultdict")
      writer.global("builtins", "list")
      writer.add([0x85])
      writer.add("RK\u{1}K\u{2}s")
      writer.global("collections", "deque")
      writer.add(")R(K\u{1}K\u{2}e")
      // omegaconf's objects are made without arguments and given their attributes.
      writer.global("omegaconf.dictconfig", "DictConfig")
      writer.add(")")
      writer.add([0x81])
      writer.add("}b")
      writer.global("argparse", "Namespace")
      writer.add(")")
      writer.add([0x81])
      writer.add("}b")
      writer.add("e")
    }
    #expect(Array(found.keys) == ["x"])
  }

  /// The same state dict as protocols 3 to 5 write it: framed, with short strings, names from the
  /// stack and a memo without numbers.
  @Test(arguments: [3, 4, 5] as [UInt8]) func readsOtherProtocols(version: UInt8) throws {
    func short(_ text: String) -> [UInt8] {
      [0x8C, UInt8(text.utf8.count)] + Array(text.utf8) + [0x94]
    }
    func global(_ module: String, _ name: String) -> [UInt8] {
      short(module) + short(name) + [0x93, 0x94]
    }
    var body: [UInt8] = Array("}".utf8) + [0x94] + short("x")
    body += global("torch._utils", "_rebuild_tensor_v2") + Array("(".utf8)
    body += Array("(".utf8) + short("storage") + global("torch", "FloatStorage") + short("0")
    body += short("cpu") + Array("K\u{4}tQK\u{1}K\u{2}".utf8) + [0x85, 0x94]
    body += Array("K\u{1}".utf8) + [0x85, 0x94, 0x89] + global("collections", "OrderedDict")
    body += Array(")R".utf8) + [0x94] + Array("tR".utf8) + [0x94] + Array("s.".utf8)
    let frame = version < 4 ? [] : [0x95] + littleEndian(UInt64(body.count))
    let found = try tensors([0x80, version] + frame + body)
    #expect(values(found["x"]) == [2, 3])
  }

  /// Lengths that no file has, and marks and memos that are not there.
  @Test(
    arguments: [
      [0x8D, 255, 255, 255, 255, 255, 255, 255, 255], [0x8E, 0, 0, 0, 0, 0, 0, 0, 128],
      [0x96, 255, 0, 0, 0, 0, 0, 0, 0], [0x95, 1], [0x90], [0x91], [0x93], [0x94], [0x92],
      [UInt8(ascii: "0")], [UInt8(ascii: "1")], [UInt8(ascii: "2")], [0x8B, 255, 255, 255, 255],
      [UInt8(ascii: "T"), 255, 255, 255, 127], [UInt8(ascii: "C"), 9], [UInt8(ascii: "B"), 1, 0],
    ] as [[UInt8]])
  func refusesDamageInNewerOpcodes(opcodes: [UInt8]) {
    #expect(throws: CheckpointError.self) {
      try tensors([0x80, 4] + opcodes + Array(".".utf8))
    }
  }

  @Test func tellsWhatIsThereInsteadOfTensors() {
    var arrays = PickleWriter()
    arrays.add("}")
    arrays.text("x")
    arrays.global("numpy.core.multiarray", "_reconstruct")
    arrays.add(")Rs.")
    var list = PickleWriter()
    list.add("]")
    list.tensor(shape: [2], strides: [1])
    list.add("a.")
    for (bytes, words) in [(arrays.bytes, "NumPy arrays"), (list.bytes, "none by name")] {
      let error = #expect(throws: CheckpointError.self) { try tensors(bytes) }
      #expect(error?.description.contains(words) == true)
      #expect(error?.description.contains("model.state_dict()") == true)
    }
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

  /// Names that Unicode takes for one are two.
  @Test func tellsNamesThatCombineApart() throws {
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
