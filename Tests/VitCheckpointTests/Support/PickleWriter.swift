@testable import VitCheckpoint

/// Writes pickles of protocol 2 opcode by opcode, also such as no writer should.
struct PickleWriter {
  var bytes: [UInt8] = [0x80, 2]

  mutating func add(_ opcodes: String) { bytes += Array(opcodes.utf8) }
  mutating func add(_ raw: [UInt8]) { bytes += raw }
  mutating func global(_ module: String, _ name: String) { add("c\(module)\n\(name)\n") }
  mutating func text(_ text: String) {
    bytes += [UInt8(ascii: "X")] + littleEndian(UInt32(text.utf8.count)) + Array(text.utf8)
  }
  mutating func int(_ value: Int) {
    // LONG1, which holds any.
    bytes += [0x8A, 8] + littleEndian(value)
  }
  mutating func tuple(_ values: [Int]) {
    add("(")
    for value in values { int(value) }
    add("t")
  }
  /// ('storage', class, key, 'cpu', count) and BINPERSID.
  mutating func storage(_ key: String, type: String = "FloatStorage", count: Int = 4) {
    add("(")
    text("storage")
    global("torch", type)
    text(key)
    text("cpu")
    int(count)
    add("tQ")
  }
  /// _rebuild_tensor_v2(storage, offset, size, stride, False, OrderedDict())
  mutating func tensor(
    _ key: String = "0", type: String = "FloatStorage", offset: Int = 0, shape: [Int],
    strides: [Int]
  ) {
    global("torch._utils", "_rebuild_tensor_v2")
    add("(")
    storage(key, type: type)
    int(offset)
    tuple(shape)
    tuple(strides)
    add([0x89])
    global("collections", "OrderedDict")
    add(")RtR")
  }

  /// A state dict of one tensor.
  static func stateDict(
    name: String = "x", type: String = "FloatStorage", offset: Int = 0, shape: [Int],
    strides: [Int]
  ) -> [UInt8] {
    var writer = PickleWriter()
    writer.add("}")
    writer.text(name)
    writer.tensor(type: type, offset: offset, shape: shape, strides: strides)
    writer.add("s.")
    return writer.bytes
  }
}
