import VitTensor

extension Checkpoint {
  /// Whether `name` is the weight of a layer that was packed when the checkpoint was converted.
  package func isPacked(_ name: String) -> Bool { conversion?.shapes[name] != nil }

  /// The shape of a tensor; of a packed weight the one that it had in the original.
  package func shape(of name: String) -> [Int]? {
    conversion?.shapes[name] ?? tensors[name]?.shape
  }

  /// Checks that the file holds, of a weight that was packed, the bytes of a layer of its shape. What
  /// was not packed passes.
  ///
  /// - Parameter isTransposed: Whether the shape in the original is `[input, output]`.
  /// - Throws: `badConversion` or `missingTensors`.
  package func checkPacked(_ name: String, isTransposed: Bool) throws(CheckpointError) {
    guard let conversion, let shape = conversion.shapes[name] else { return }
    guard let info = tensors[name] else { throw .missingTensors(file: path, names: [name]) }
    guard let first = shape.first, let rest = CheckedSize.product(Array(shape.dropFirst())) else {
      throw .badConversion(file: path, reason: "\(name) has the shape \(shape)")
    }
    // Single layers may have a higher precision than the conversion; which, its user knows.
    let precision = Precision.allCases.first { $0.packedType == info.dataType }
    _ = try packedLayer(
      name, outputSize: isTransposed ? rest : first, inputSize: isTransposed ? first : rest,
      precision: precision ?? conversion.precision)
  }

  /// A packed weight where it lies in the file.
  ///
  /// - Parameter precision: what the layer must have been packed in.
  /// - Throws: `missingTensors` or `badConversion` where the file does not hold the bytes that a layer
  ///   of these sizes has.
  package func packedLayer(
    _ name: String, outputSize: Int, inputSize: Int, precision: Precision
  ) throws(CheckpointError) -> PackedLayer {
    guard let conversion, let info = tensors[name] else {
      throw .missingTensors(file: path, names: [name])
    }
    guard info.dataType == precision.packedType else {
      throw .badConversion(
        file: path,
        reason: "\(name) holds \(info.dataType.rawValue), where \(precision.rawValue) takes "
          + precision.packedType.rawValue)
    }
    let scales = Conversion.scalesName(of: name)
    let sums = Conversion.sumsName(of: name)
    let isInt8 = precision == .int8
    let layer = PackedLayer(
      precision: precision, outputSize: outputSize, inputSize: inputSize,
      layout: conversion.layout, bytes: try contiguousBytes(of: name),
      scales: isInt8 ? try float32(scales, shape: [outputSize]) : [],
      sums: isInt8 ? try int32(sums, shape: [outputSize]) : [])
    guard let layer else {
      throw .badConversion(
        file: path,
        reason: "\(name) has \(info.shape) numbers, which are not those of a layer of "
          + "\(inputSize) inputs and \(outputSize) outputs")
    }
    return layer
  }

  private func int32(_ name: String, shape: [Int]) throws(CheckpointError) -> [Int32] {
    guard let info = tensors[name] else { throw .missingTensors(file: path, names: [name]) }
    guard info.dataType == .int32, info.shape == shape else {
      throw .badConversion(
        file: path, reason: "\(name) is \(info.dataType.rawValue) \(info.shape), not I32 \(shape)")
    }
    let bytes = try contiguousBytes(of: name)
    return (0..<info.elementCount).map {
      Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self))
    }
  }
}

extension Precision {
  /// The type that tells a packed weight's precision in a file.
  package var packedType: DataType {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .int8: .int8
    }
  }
}
