import VitSystem

/// Numbers read from an array file.
package struct NPYArray: Sendable, Equatable {
  package let shape: [Int]
  /// In row-major order.
  package let values: [Float]
}

extension NPY {
  /// Headers longer than this are none that NumPy reads without being told to.
  private static let headerLimit = 1 << 16

  /// Reads an array of versions 1 to 3 that holds little-endian float32 or float16 in C order.
  ///
  /// - Throws: `CheckpointError` for other types and orders, and where the bytes are not exactly
  ///   those of the shape.
  package static func read(
    _ bytes: UnsafeRawBufferPointer, name: String
  ) throws(CheckpointError) -> NPYArray {
    let layout = try layout(of: bytes, name: name)
    let tensor = TensorData(
      info: TensorInfo(name: name, shape: layout.shape, dataType: layout.dataType),
      bytes: UnsafeRawBufferPointer(rebasing: bytes[layout.dataStart...]))
    let count = tensor.info.elementCount
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let start = buffer.baseAddress { tensor.float32(into: start) }
      initialized = count
    }
    return NPYArray(shape: layout.shape, values: values)
  }

  /// Where the numbers of an array lie, which `read` would copy: they fill the bytes from
  /// `dataStart` on.
  ///
  /// - Throws: as `read`.
  package static func layout(
    of bytes: UnsafeRawBufferPointer, name: String
  ) throws(CheckpointError) -> (shape: [Int], dataType: DataType, dataStart: Int) {
    let reader = LittleEndianReader(bytes: bytes, file: name)
    guard bytes.count >= 10, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw .malformed(file: name, offset: 0, reason: "not a NumPy array file")
    }
    let version = bytes[6]
    guard (1...3).contains(version) else {
      throw .unsupported(
        file: name, reason: "version \(version) of NumPy's array file",
        remedy: "save it with numpy.save")
    }
    let start = version == 1 ? 10 : 12
    let length = version == 1 ? try reader.int16(8) : try reader.int32(8)
    guard length <= headerLimit else {
      throw .malformed(file: name, offset: 8, reason: "a header of \(length) bytes")
    }
    var header = NPYHeader(text: try reader.range(start, length), file: name, fileOffset: start)
    try header.read()
    guard header.isRowMajor else {
      throw .unsupported(
        file: name, reason: "its numbers are in Fortran order",
        remedy: "save numpy.ascontiguousarray of it")
    }
    let types: [String: DataType] = ["<f4": .float32, "<f2": .float16]
    guard let dataType = types[header.type] else {
      throw .unsupported(
        file: name, reason: "it holds \(header.type), not float32 or float16",
        remedy: "save array.astype('float32')")
    }
    let size = bytes.count - start - length
    guard CheckedSize.product(header.shape + [dataType.size]) == size else {
      throw .malformed(
        file: name, offset: start + length,
        reason: "\(size) bytes of numbers for the shape \(header.shape)")
    }
    return (header.shape, dataType, start + length)
  }

  package static func read(contentsOf path: String) throws(CheckpointError) -> NPYArray {
    let file = try MappedFile(checkpoint: path)
    return try read(file.bytes, name: path)
  }
}

/// The header's text: a Python dict of three items in any order.
private struct NPYHeader {
  let text: UnsafeRawBufferPointer
  let file: String
  let fileOffset: Int
  var position = 0
  var type = ""
  var isRowMajor = true
  var shape: [Int] = []

  init(text: UnsafeRawBufferPointer, file: String, fileOffset: Int) {
    self.text = text
    self.file = file
    self.fileOffset = fileOffset
  }

  private func malformed(_ reason: String) -> CheckpointError {
    .malformed(file: file, offset: fileOffset + position, reason: "the header: \(reason)")
  }

  mutating func read() throws(CheckpointError) {
    var found: Set<String> = []
    try expect("{")
    while !take("}") {
      let key = try quoted()
      guard found.insert(key).inserted else { throw malformed("\(key) twice") }
      try expect(":")
      switch key {
      case "descr": type = try quoted()
      case "fortran_order": isRowMajor = try !boolean()
      case "shape": shape = try tuple()
      default: throw malformed("the key \(key)")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard position == text.count, found.count == 3 else {
      throw malformed("not descr, fortran_order and shape alone")
    }
  }

  private mutating func skipSpace() {
    while position < text.count, text[position] == 0x20 || text[position] == 0x0A { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(CheckpointError) {
    guard take(character) else { throw malformed("expected \(character)") }
  }

  private mutating func quoted() throws(CheckpointError) -> String {
    let quote: UInt8 = take("\"") ? 0x22 : 0x27
    if quote == 0x27 { try expect("'") }
    let start = position
    while position < text.count, text[position] != quote { position += 1 }
    guard position < text.count else { throw malformed("a string without its closing quote") }
    defer { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  private mutating func boolean() throws(CheckpointError) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw malformed("expected True or False")
  }

  private mutating func tuple() throws(CheckpointError) -> [Int] {
    var sizes: [Int] = []
    try expect("(")
    while !take(")") {
      guard sizes.count < 32 else { throw malformed("more than 32 axes") }
      skipSpace()
      let start = position
      while position < text.count, (0x30...0x39).contains(text[position]) { position += 1 }
      guard let size = Int(String(decoding: text[start..<position], as: UTF8.self)) else {
        throw malformed("a size that is no number")
      }
      sizes.append(size)
      if !take(",") {
        try expect(")")
        break
      }
    }
    return sizes
  }
}
