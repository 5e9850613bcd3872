import VitCheckpoint
import VitSystem
import VitTensor

/// The weights file of a model whose linear layers are packed.
package enum ConvertedWeights {
  /// Loads the model, both towers, in `precision`.
  ///
  /// - Throws: as `ModelDescription.read`, and `ModelError.convertedOtherwise` for what was converted
  ///   before.
  package static func file(
    _ source: ModelSource, precision: Precision, choice: WeightsChoice? = nil
  ) throws -> WeightsFile {
    let model = try ModelDescription.read(
      source, precision: .exactly(precision), ModelRequest(weights: choice))
    let checkpoint = model.weights
    if let conversion = checkpoint.conversion {
      throw ModelError.convertedOtherwise(
        name: source.name, to: conversion.precision.rawValue, asked: precision.rawValue,
        origin: conversion.origin)
    }
    let builder = try PlanBuilder(model.parameters, precision: precision)
    _ = try ModelPlan(model, builder: builder)
    let layers = builder.layers

    var file = WeightsFile()
    // First what is used where it lies, tower by tower: one that is not needed is not touched.
    for layer in layers {
      if file.dataCount % 64 != 0 {
        file.add(
          "\(Conversion.paddingPrefix)\(file.entries.count)", .uint8,
          numbers: [UInt8](repeating: 0, count: 64 - file.dataCount % 64))
      }
      layer.linear.withPackedLayer { packed in
        let type = packed.precision.packedType
        file.add(layer.name, type, [packed.bytes.count / type.size], .packed(layer.linear))
      }
    }
    for layer in layers where layer.linear.precision == .int8 {
      layer.linear.withPackedLayer { packed in
        file.add(
          Conversion.scalesName(of: layer.name), .float32,
          numbers: packed.scales.withUnsafeBytes { Array($0) })
        file.add(
          Conversion.sumsName(of: layer.name), .int32,
          numbers: packed.sums.withUnsafeBytes { Array($0) })
      }
    }
    let packed = layers.reduce(into: Set<ExactString>()) { $0.formUnion($1.weights) }
    for entry in model.parameters.entries where !packed.contains(ExactString(entry.name)) {
      if let numbers = builder.changed[entry.name] {
        let bytes = numbers.withUnsafeBytes { Array($0) }
        file.add(entry.name, .float32, entry.shape, .bytes(bytes))
      } else {
        try file.add(entry.name, of: checkpoint)
      }
    }
    var hash = SHA256()
    try file.writeData { hash.update($0) }
    let conversion = Conversion(
      precision: precision, layout: .active, origin: source.displayName,
      originHash: try checkpoint.weightsHash(), dataHash: hash.finalized(), family: model.family,
      shapes: ExactDictionary(layers.map { ($0.name, $0.shape) }))
    let format: ExactDictionary = ["format": "vit"]
    file.finish(metadata: format.overridden(by: conversion.metadata))
    return file
  }
}
