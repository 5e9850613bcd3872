import VitSystem

/// Runs the opcodes of pickle protocols 2 to 5 that a checkpoint needs (CPython `Lib/pickletools.py`).
///
/// Work and memory are proportional to the bytes read: every opcode takes at least one, and what
/// copies a container counts each of its members as an operation.
struct PickleInterpreter {
  private let bytes: UnsafeRawBufferPointer
  private let file: String
  /// Where in the file the pickle begins, for messages.
  private let fileOffset: Int
  private(set) var position = 0
  private(set) var arena = PickleArena()
  private var stack: [PickleValue] = []
  /// Sizes of the stack at each MARK.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var operations = 0

  static let operationLimit = 8_000_000

  init(_ bytes: UnsafeRawBufferPointer, file: String, fileOffset: Int) {
    self.bytes = bytes
    self.file = file
    self.fileOffset = fileOffset
  }

  private func malformed(_ reason: String) -> CheckpointError {
    .malformed(file: file, offset: fileOffset + position, reason: "the pickle: \(reason)")
  }

  // MARK: - Reading

  private mutating func take(_ count: Int) throws(CheckpointError) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= bytes.count - position else {
      throw malformed("ends too early")
    }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  private mutating func byte() throws(CheckpointError) -> Int { Int(try take(1)[0]) }

  private mutating func little<Number: FixedWidthInteger & BitwiseCopyable>(
    _: Number.Type
  ) throws(CheckpointError) -> Number {
    Number(littleEndian: try take(MemoryLayout<Number>.size).loadUnaligned(as: Number.self))
  }

  private mutating func line() throws(CheckpointError) -> String {
    let start = position
    while position < bytes.count, bytes[position] != 0x0A { position += 1 }
    guard position < bytes.count, position - start <= 4096 else { throw malformed("no line end") }
    let text = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    position += 1
    return try string(text)
  }

  private func string(_ utf8: UnsafeRawBufferPointer) throws(CheckpointError) -> String {
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw malformed("a string that is not UTF-8")
    }
    return text
  }

  private func oldString(_ bytes: UnsafeRawBufferPointer) -> String {
    String(validating: bytes, as: UTF8.self)
      ?? bytes.reduce(into: "") { $0.unicodeScalars.append(Unicode.Scalar($1)) }
  }

  // MARK: - The stack

  private mutating func pop() throws(CheckpointError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw malformed("takes from an empty stack")
    }
    return value
  }

  private func top() throws(CheckpointError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.last else {
      throw malformed("takes from an empty stack")
    }
    return value
  }

  private mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw malformed("has no mark here") }
    let values = Array(stack[mark...])
    stack.removeLast(stack.count - mark)
    return values
  }

  private mutating func tuple(_ count: Int) throws(CheckpointError) {
    var values: [PickleValue] = []
    for _ in 0..<count { values.append(try pop()) }
    stack.append(.tuple(arena.sequence(values.reversed())))
  }

  private mutating func remembered(_ key: Int) throws(CheckpointError) {
    guard let value = memo[key] else { throw malformed("refers to what it has not stored") }
    stack.append(value)
  }

  // MARK: - Running

  /// Runs to STOP and returns the value.
  mutating func run() throws(CheckpointError) -> PickleValue {
    while true {
      operations += 1
      guard operations <= Self.operationLimit else {
        throw malformed("more than \(Self.operationLimit) operations")
      }
      let opcode = UInt8(try byte())
      switch opcode {
      case 0x80:  // PROTO
        let version = try byte()
        guard (2...5).contains(version) else {
          throw .unsupported(
            file: file, reason: "pickle protocol \(version) instead of 2 to 5",
            remedy: "save the checkpoint again with torch.save's default, or as safetensors")
        }
      // FRAME: how many bytes a reader may fetch at once.
      case 0x95: _ = try take(8)
      case UInt8(ascii: "."): return try pop()
      case UInt8(ascii: "("): marks.append(stack.count)
      case UInt8(ascii: "N"): stack.append(.none)
      case 0x88: stack.append(.bool(true))
      case 0x89: stack.append(.bool(false))
      case UInt8(ascii: "J"): stack.append(.int(Int(try little(Int32.self))))
      case UInt8(ascii: "K"): stack.append(.int(try byte()))
      case UInt8(ascii: "M"): stack.append(.int(Int(try little(UInt16.self))))
      case 0x8A: stack.append(.int(try longInteger(byte())))
      case 0x8B: stack.append(.int(try longInteger(Int(little(UInt32.self)))))
      case UInt8(ascii: "G"):
        stack.append(.double(Double(bitPattern: try little(UInt64.self).byteSwapped)))
      case UInt8(ascii: "X"):
        stack.append(.string(try string(try take(Int(try little(UInt32.self))))))
      case 0x8C: stack.append(.string(try string(try take(try byte()))))
      case 0x8D: stack.append(.string(try string(try take(try longCount()))))
      // Strings of Python 2, which are bytes of any encoding.
      case UInt8(ascii: "U"): stack.append(.string(oldString(try take(try byte()))))
      case UInt8(ascii: "T"):
        stack.append(.string(oldString(try take(Int(try little(UInt32.self))))))
      // Bytes and sets hold no tensors.
      case UInt8(ascii: "C"): try inert(try byte())
      case UInt8(ascii: "B"): try inert(Int(try little(UInt32.self)))
      case 0x8E, 0x96: try inert(try longCount())
      case 0x8F: stack.append(.inert)
      case 0x90:
        _ = try popToMark()
        guard case .inert = try top() else { throw malformed("adds to no set") }
      case 0x91:
        _ = try popToMark()
        stack.append(.inert)
      case UInt8(ascii: ")"): try tuple(0)
      case 0x85: try tuple(1)
      case 0x86: try tuple(2)
      case 0x87: try tuple(3)
      case UInt8(ascii: "t"): stack.append(.tuple(arena.sequence(try popToMark())))
      case UInt8(ascii: "]"): stack.append(.list(arena.sequence([])))
      case UInt8(ascii: "}"): stack.append(.dictionary(arena.dictionary()))
      case UInt8(ascii: "a"): try append([try pop()])
      case UInt8(ascii: "e"): try append(try popToMark())
      case UInt8(ascii: "s"):
        let value = try pop()
        try setItems([try pop(), value])
      case UInt8(ascii: "u"): try setItems(try popToMark())
      case UInt8(ascii: "0"): try discard()
      case UInt8(ascii: "1"): _ = try popToMark()
      case UInt8(ascii: "2"): stack.append(try top())
      case 0x94: memo[memo.count] = try top()
      case UInt8(ascii: "q"): memo[try byte()] = try top()
      case UInt8(ascii: "r"): memo[Int(try little(UInt32.self))] = try top()
      case UInt8(ascii: "h"): try remembered(try byte())
      case UInt8(ascii: "j"): try remembered(Int(try little(UInt32.self)))
      case UInt8(ascii: "c"): try global(module: try line(), name: try line())
      case 0x93:
        guard let name = try pop().string, let module = try pop().string else {
          throw malformed("a name that is no string")
        }
        try global(module: module, name: name)
      case UInt8(ascii: "Q"): try persistent()
      case UInt8(ascii: "R"): try reduce()
      case 0x81: try newObject()
      case 0x92:
        // The keywords of NEWOBJ_EX.
        _ = try pop()
        try newObject()
      case UInt8(ascii: "b"): try build()
      default:
        throw .unsupported(
          file: file,
          reason: "its pickle has the opcode \(opcode) at byte \(fileOffset + position - 1), "
            + "which no state dict needs",
          remedy: Self.remedy)
      }
    }
  }

  private static let remedy =
    "save the state dict alone, torch.save(model.state_dict(), \"weights.pt\"), or as safetensors"

  private mutating func longCount() throws(CheckpointError) -> Int {
    guard let count = Int(exactly: try little(UInt64.self)) else {
      throw malformed("ends too early")
    }
    return count
  }

  private mutating func inert(_ count: Int) throws(CheckpointError) {
    _ = try take(count)
    stack.append(.inert)
  }

  /// POP: the top of the stack, or the mark where nothing lies on it.
  private mutating func discard() throws(CheckpointError) {
    if let mark = marks.last, stack.count == mark { marks.removeLast() } else { _ = try pop() }
  }

  /// The digits of LONG1 and LONG4; only numbers that fit are sizes.
  private mutating func longInteger(_ count: Int) throws(CheckpointError) -> Int {
    let digits = try take(count)
    // The legacy format's magic number has ten bytes; its low eight tell it apart.
    var value: UInt64 = 0
    for (index, digit) in digits.prefix(8).enumerated() { value |= UInt64(digit) << (8 * index) }
    if digits.count < 8, let last = digits.last, last & 0x80 != 0 {
      value |= UInt64.max << (8 * digits.count)
    }
    return Int(truncatingIfNeeded: value)
  }

  private mutating func append(_ values: [PickleValue]) throws(CheckpointError) {
    switch try top() {
    case .list(let place): arena.sequences[place] += values
    case .inert: break
    default: throw malformed("appends to no list")
    }
  }

  private mutating func setItems(_ values: [PickleValue]) throws(CheckpointError) {
    guard values.count % 2 == 0 else { throw malformed("a key without a value") }
    let place: Int
    switch try top() {
    case .dictionary(let dictionary): place = dictionary
    case .inert: return
    default: throw malformed("sets items of no dict")
    }
    for index in stride(from: 0, to: values.count, by: 2) {
      arena.dictionaries[place].append((values[index], values[index + 1]))
    }
  }

  private mutating func global(module: String, name: String) throws(CheckpointError) {
    // A long string may be remembered and named again and again by a few bytes each time.
    guard module.utf8.count + name.utf8.count <= 4096,
      (module + name).utf8.allSatisfy({ $0 < 0x80 }),
      let global = PickleGlobal(module: module, name: name)
    else {
      throw .unsupported(
        file: file,
        reason: "its pickle refers to \(module.prefix(80)).\(name.prefix(80)), code that no state "
          + "dict needs and that is never run",
        remedy: Self.remedy)
    }
    if PickleGlobal.isArray(module: module, name: name) { arena.holdsArrays = true }
    stack.append(.global(global))
  }

  /// BINPERSID: ('storage', class, key, device, count), and in the legacy format a view.
  private mutating func persistent() throws(CheckpointError) {
    guard let parts = arena.values(try pop()), parts.count >= 5,
      parts[0].string?.isExactly("storage") ?? false,
      case .global(.storageClass(let dataType)) = parts[1], let key = parts[2].string,
      let count = parts[4].int, count >= 0
    else { throw malformed("a persistent id that is no storage") }
    if parts.count > 5, arena.values(parts[5]) != nil {
      throw .unsupported(
        file: file, reason: "a storage that is a view of another",
        remedy: "save the checkpoint again with torch.save, or as safetensors")
    }
    arena.storages.append(PickleStorage(dataType: dataType, key: key, count: count))
    stack.append(.storage(arena.storages.count - 1))
  }

  private mutating func reduce() throws(CheckpointError) {
    let argumentsValue = try pop()
    guard let arguments = arena.values(argumentsValue) else {
      throw malformed("calls without a tuple")
    }
    guard case .global(let callee) = try pop() else { throw malformed("calls what is no name") }
    try call(callee, arguments)
  }

  private mutating func call(
    _ callee: PickleGlobal, _ arguments: [PickleValue]
  ) throws(CheckpointError) {
    switch callee {
    case .orderedDictionary:
      let place = arena.dictionary()
      let pairs = arguments.first.flatMap { arena.values($0) } ?? []
      // A list may be remembered and copied again and again by a few bytes each time.
      operations += pairs.count
      guard operations <= Self.operationLimit else {
        throw malformed("more than \(Self.operationLimit) operations")
      }
      for pair in pairs {
        guard let pair = arena.values(pair), pair.count == 2 else {
          throw malformed("an OrderedDict of what are no pairs")
        }
        arena.dictionaries[place].append((pair[0], pair[1]))
      }
      stack.append(.dictionary(place))
    case .defaultDictionary: stack.append(.dictionary(arena.dictionary()))
    case .size:
      guard let sizes = arguments.first, arena.values(sizes) != nil else {
        throw malformed("a torch.Size of no tuple")
      }
      stack.append(sizes)
    case .rebuildParameter:
      guard case .tensor? = arguments.first else { throw malformed("a parameter of no tensor") }
      stack.append(arguments[0])
    case .rebuildTensor, .rebuildTensorV2: try tensor(arguments, dataType: nil)
    case .rebuildTensorV3:
      guard arguments.count >= 7, case .global(.dataType(let type)) = arguments[6] else {
        throw malformed("a tensor whose type is not known")
      }
      try tensor(arguments, dataType: type)
    case .rebuildFromType:
      guard arguments.count >= 3, case .global(let function) = arguments[0],
        function != .rebuildFromType, let inner = arena.values(arguments[2])
      else { throw malformed("a tensor whose function is not known") }
      try call(function, inner)
    case .plainClass: try object()
    case .inert: stack.append(.inert)
    case .storageClass, .dataType: throw malformed("calls a type")
    }
  }

  private mutating func tensor(
    _ arguments: [PickleValue], dataType: DataType?
  ) throws(CheckpointError) {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0],
      let offset = arguments[1].int,
      let sizes = arena.values(arguments[2]), let steps = arena.values(arguments[3]),
      sizes.count <= 16, steps.count == sizes.count
    else { throw malformed("a tensor whose arguments are not (storage, offset, size, stride)") }
    let shape = sizes.compactMap(\.int)
    let strides = steps.compactMap(\.int)
    guard shape.count == sizes.count, strides.count == steps.count,
      let type = dataType ?? arena.storages[storage].dataType
    else { throw malformed("a tensor whose size or type is not known") }
    arena.tensors.append(
      PickleTensor(
        storage: storage, dataType: type, offset: offset, shape: shape, strides: strides))
    stack.append(.tensor(arena.tensors.count - 1))
  }

  private mutating func newObject() throws(CheckpointError) {
    _ = try pop()
    switch try pop() {
    case .global(.plainClass): try object()
    case .global(.inert): stack.append(.inert)
    default: throw malformed("makes an object of a class that no state dict needs")
    }
  }

  private mutating func object() throws(CheckpointError) {
    arena.objects.append(.none)
    stack.append(.object(arena.objects.count - 1))
  }

  /// BUILD: the attributes of an object. Those of an OrderedDict are its `_metadata`, which says
  /// nothing about the tensors.
  private mutating func build() throws(CheckpointError) {
    let state = try pop()
    switch try top() {
    case .object(let place): arena.objects[place] = state
    case .dictionary, .inert: break
    // A tensor's attributes.
    case .tensor: break
    default: throw malformed("sets the attributes of what has none")
    }
  }
}
