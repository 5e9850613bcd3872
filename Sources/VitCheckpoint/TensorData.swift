import VitTensor

/// Where a tensor's numbers lie: bytes in the file, with strides for what PyTorch saved as a view.
///
/// `@unchecked Sendable`: the bytes are those of a mapping or of constant data, never written.
struct TensorData: @unchecked Sendable {
  let info: TensorInfo
  /// At least the elements that `offset` and `strides` reach.
  let bytes: UnsafeRawBufferPointer
  /// Elements; nil where the numbers lie in order, without gaps.
  var strides: [Int]?

  func renamed(_ name: String) -> TensorData {
    TensorData(
      info: TensorInfo(name: name, shape: info.shape, dataType: info.dataType), bytes: bytes,
      strides: strides)
  }

  /// The numbers in row-major order as float32.
  func float32(into output: UnsafeMutablePointer<Float>) {
    guard let start = bytes.baseAddress else { return }
    if let strides {
      gather(strides: strides) { element, index in
        convert(start + element * info.dataType.size, count: 1, into: output + index)
      }
    } else {
      // Pages of the file are read in by all threads too.
      let part = 1 << 16
      let (count, size) = (info.elementCount, info.dataType.size)
      ThreadPool.shared.run(count: (count + part - 1) / part) { index in
        let first = index * part
        convert(start + first * size, count: min(part, count - first), into: output + first)
      }
    }
  }

  /// The elements in row-major order, as they are stored.
  func rowMajorBytes() -> [UInt8] {
    let size = info.dataType.size
    guard let strides, let start = bytes.baseAddress else {
      return Array(bytes.prefix(info.elementCount * size))
    }
    var result: [UInt8] = []
    result.reserveCapacity(info.elementCount * size)
    gather(strides: strides) { element, _ in
      result += UnsafeRawBufferPointer(start: start + element * size, count: size)
    }
    return result
  }

  /// Row `row` of a matrix of rows of `size`.
  func copyRow(_ row: Int, size: Int, to output: UnsafeMutablePointer<Float>) {
    guard let start = bytes.baseAddress else { return }
    let width = info.dataType.size
    guard let strides else {
      return convert(start + row * size * width, count: size, into: output)
    }
    for column in 0..<size {
      convert(
        start + (row * strides[0] + column * strides[1]) * width, count: 1, into: output + column)
    }
  }

  /// Whether the numbers can be read as `Float` where they lie.
  var isPlainFloat32: Bool {
    info.dataType == .float32 && strides == nil
      && UInt(bitPattern: bytes.baseAddress) % 4 == 0 && bytes.baseAddress != nil
  }

  private func gather(strides: [Int], _ body: (_ element: Int, _ index: Int) -> Void) {
    guard info.elementCount > 0 else { return }
    var position = [Int](repeating: 0, count: info.shape.count)
    var element = 0
    for index in 0..<info.elementCount {
      body(element, index)
      var axis = info.shape.count - 1
      while axis >= 0 {
        position[axis] += 1
        element += strides[axis]
        if position[axis] < info.shape[axis] { break }
        element -= strides[axis] * position[axis]
        position[axis] = 0
        axis -= 1
      }
    }
  }

  private func convert(
    _ source: UnsafeRawPointer, count: Int, into output: UnsafeMutablePointer<Float>
  ) {
    func each<Number: BitwiseCopyable>(_: Number.Type, _ value: (Number) -> Float) {
      let size = MemoryLayout<Number>.size
      for index in 0..<count {
        output[index] = value(source.loadUnaligned(fromByteOffset: index * size, as: Number.self))
      }
    }
    switch info.dataType {
    case .float32: UnsafeMutableRawPointer(output).copyMemory(from: source, byteCount: count * 4)
    case .bfloat16: each(UInt16.self) { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
    case .float16: each(UInt16.self) { Self.float(half: $0) }
    case .float64: each(Double.self) { Float($0) }
    case .bool: each(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .uint8: each(UInt8.self) { Float($0) }
    case .int8: each(Int8.self) { Float($0) }
    case .uint16: each(UInt16.self) { Float($0) }
    case .int16: each(Int16.self) { Float($0) }
    case .uint32: each(UInt32.self) { Float($0) }
    case .int32: each(Int32.self) { Float($0) }
    case .uint64: each(UInt64.self) { Float($0) }
    case .int64: each(Int64.self) { Float($0) }
    }
  }

  /// IEEE binary16 to binary32, exactly, without a branch, so that the loop vectorises: the exponent
  /// is moved by a multiplication, which also normalises subnormal numbers; infinity and NaN get
  /// their exponent back.
  @inline(__always)
  static func float(half: UInt16) -> Float {
    let bits = UInt32(half)
    let magnitude = Float(bitPattern: (bits & 0x7FFF) << 13) * 0x1p112
    let special: UInt32 = bits & 0x7C00 == 0x7C00 ? 0x7F80_0000 : 0
    return Float(bitPattern: magnitude.bitPattern | special | (bits & 0x8000) << 16)
  }
}
