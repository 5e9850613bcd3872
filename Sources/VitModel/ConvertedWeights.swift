import VitCheckpoint
import VitTensor

/// The weights file of a model whose linear layers are packed, to be written part by part.
package struct ConvertedWeights {
  /// Header and data.
  package let byteCount: Int
  private let header: [UInt8]
  private let parts: [Part]

  private enum Part {
    case packed(Linear)
    case tensor(Checkpoint, name: String)
    case bytes([UInt8])
  }

  /// Loads the model, both towers, in `precision`.
  ///
  /// - Throws: as `LoadedModel.load`, and `ModelError.convertedOtherwise` for what was converted before.
  package init(_ source: ModelSource, precision: Precision) throws {
    let (model, reader) = try LoadedModel.read(source, precision: .exactly(precision), towers: .all)
    let checkpoint = model.weights
    if let conversion = checkpoint.conversion {
      throw ModelError.convertedOtherwise(
        name: source.name, to: conversion.precision.rawValue, asked: precision.rawValue,
        origin: conversion.origin)
    }
    var entries: [SafetensorsWriter.Entry] = []
    var parts: [Part] = []
    var shapes: [String: [Int]] = [:]
    var offset = 0
    func add(_ name: String, _ dataType: DataType, _ shape: [Int], _ part: Part) {
      let entry = SafetensorsWriter.Entry(name: name, dataType: dataType, shape: shape)
      entries.append(entry)
      parts.append(part)
      offset += entry.byteCount
    }
    func add(_ name: String, _ dataType: DataType, numbers: [UInt8]) {
      add(name, dataType, [numbers.count / dataType.size], .bytes(numbers))
    }

    // First what is used where it lies, tower by tower: one that is not needed is not touched.
    for layer in reader.layers {
      shapes[layer.name] = layer.shape
      if offset % 64 != 0 {
        add(
          "\(Conversion.paddingPrefix)\(entries.count)", .uint8,
          numbers: [UInt8](repeating: 0, count: 64 - offset % 64))
      }
      layer.linear.withPackedLayer { packed in
        let type = packed.precision.packedType
        add(layer.name, type, [packed.bytes.count / type.size], .packed(layer.linear))
      }
    }
    for layer in reader.layers where layer.linear.precision == .int8 {
      layer.linear.withPackedLayer { packed in
        add(
          Conversion.scalesName(of: layer.name), .float32,
          numbers: packed.scales.withUnsafeBytes { Array($0) })
        add(
          Conversion.sumsName(of: layer.name), .int32,
          numbers: packed.sums.withUnsafeBytes { Array($0) })
      }
    }
    let packed = Set(reader.layers.flatMap(\.weights))
    for name in reader.namesRead.subtracting(packed).sorted() {
      guard let info = checkpoint.tensors[name] else { continue }
      if checkpoint.isContiguous(name) {
        add(name, info.dataType, info.shape, .tensor(checkpoint, name: name))
      } else {
        add(
          name, .float32, info.shape,
          .bytes(try checkpoint.float32(name).withUnsafeBytes { Array($0) }))
      }
    }
    var hash = SHA256()
    try Self.hand(parts, to: { hash.update($0) })
    let conversion = Conversion(
      precision: precision, layout: .active, origin: source.displayName,
      originHash: checkpoint.contentHash(), dataHash: hash.finalized(), family: model.family,
      shapes: shapes)
    header = SafetensorsWriter.header(
      entries, metadata: conversion.metadata.merging(["format": "vit"]) { first, _ in first })
    byteCount = header.count + offset
    self.parts = parts
  }

  /// Hands out the file's bytes in order, in parts of at most 8 MiB.
  package func write(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try header.withUnsafeBytes(body)
    try Self.hand(parts, to: body)
  }

  private static func hand(
    _ parts: [Part], to body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    func hand(_ bytes: UnsafeRawBufferPointer) throws {
      for start in stride(from: 0, to: bytes.count, by: 8 << 20) {
        try body(
          UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + (8 << 20), bytes.count)]))
      }
    }
    for part in parts {
      switch part {
      case .packed(let linear): try linear.withPackedLayer { try hand($0.bytes) }
      case .tensor(let checkpoint, let name): try hand(checkpoint.contiguousBytes(of: name))
      case .bytes(let bytes): try bytes.withUnsafeBytes(hand)
      }
    }
  }
}
