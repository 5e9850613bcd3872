import VitSystem

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
    let array = try read(file.bytes, name: path)
    try file.checkTensors()
    return array
  }
}
