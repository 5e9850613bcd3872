import VitTensor

extension Checkpoint {
  /// Whether `name` is the weight of a layer that was packed when the checkpoint was converted.
  package func isPacked(_ name: String) -> Bool { conversion?.shapes[name] != nil }

  /// The shape of a tensor; of a packed weight the one that it had in the original.
  package func shape(of name: String) -> [Int]? {
    conversion?.shapes[name] ?? tensors[name]?.shape
  }

  /// Checks that a weight that was packed is that of a linear layer, and has beside it what an 8-bit
  /// one needs. What was not packed passes.
  ///
  /// - Throws: `badConversion` or `missingTensors`.
  package func checkPacked(_ name: String, isLayer: Bool) throws(CheckpointError) {
    guard isPacked(name) else { return }
    guard isLayer else {
      throw .badConversion(file: path, reason: "\(name) is packed, but is no linear layer")
    }
    guard tensors[name]?.dataType == .int8 else { return }
    let missing = [Conversion.scalesName(of: name), Conversion.sumsName(of: name)]
      .filter { tensors[$0] == nil }
    guard missing.isEmpty else { throw .missingTensors(file: path, names: missing) }
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
