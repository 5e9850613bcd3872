import VitCheckpoint
import VitSystem

/// The weights file of a model in the layout that it was read in: each tensor with the name, the
/// shape and the data type of the original, changed numbers rounded to it, and those that no formula
/// uses carried along. What did not change is the same to the bit.
package enum SavedWeights {
  /// In the metadata of the file: the family that read the original, for layouts whose tensors do not
  /// tell it.
  private static let familyKey = "vit.saved_family"

  /// The family of what was saved; nil for other files.
  static func family(of checkpoint: Checkpoint) -> String? { checkpoint.metadata[familyKey] }

  /// - Throws: `CheckpointError.unsupported` for a model that was converted, and where changed numbers
  ///   do not fit the data type of their tensor.
  package static func file(_ model: ModelDescription) throws -> WeightsFile {
    let checkpoint = model.weights
    if let conversion = checkpoint.conversion {
      throw CheckpointError.unsupported(
        file: checkpoint.path,
        reason: "its weights were converted to \(conversion.precision.rawValue)",
        remedy: "save the original, \(conversion.origin), and convert that")
    }
    var file = WeightsFile()
    for name in checkpoint.names {
      if let entry = model.parameters[name], entry.isChanged {
        try entry.dataType.checkWritable(name, file: checkpoint.path)
        file.add(name, entry.dataType, entry.shape, .parameter(model.parameters, entry))
      } else {
        try file.add(name, of: checkpoint)
      }
    }
    let metadata: ExactDictionary = ["format": "pt", familyKey: model.family]
    file.finish(metadata: metadata.overridden(by: checkpoint.metadata))
    return file
  }
}

extension DataType {
  fileprivate func checkWritable(_ name: String, file: String) throws {
    switch self {
    case .float16, .bfloat16, .float32, .float64: break
    default:
      throw CheckpointError.unsupported(
        file: file, reason: "\(name) holds \(rawValue), which changed numbers do not fit",
        remedy: "leave it as it is")
    }
  }
}

extension Parameters {
  /// Hands out the numbers of a changed tensor in its data type.
  func write(_ entry: Entry, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard case .owned(let memory) = storage else {
      preconditionFailure("numbers that changed are owned")
    }
    let numbers = UnsafeBufferPointer(
      start: memory.pointer + entry.elements.lowerBound, count: entry.count)
    switch entry.dataType {
    case .float16: try numbers.map { Self.half($0).littleEndian }.withUnsafeBytes(body)
    case .bfloat16: try numbers.map { Self.brainFloat($0).littleEndian }.withUnsafeBytes(body)
    case .float64: try numbers.map { Double($0) }.withUnsafeBytes(body)
    default: try body(UnsafeRawBufferPointer(numbers))
    }
  }

  /// To nearest, ties to even; too large a number becomes infinite, NaN stays NaN.
  static func brainFloat(_ value: Float) -> UInt16 {
    if value.isNaN { return 0x7FC0 }
    let bits = value.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
  }

  /// IEEE binary16, to nearest, ties to even; too large a number becomes infinite, NaN stays NaN.
  static func half(_ value: Float) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16 & 0x8000)
    let magnitude = value.magnitude
    if value.isNaN { return 0x7E00 | sign }
    if magnitude >= 65520 { return 0x7C00 | sign }
    // Below the smallest normal number all have the spacing of 2⁻²⁴.
    if magnitude < 0x1p-14 {
      return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
    }
    let bits = magnitude.bitPattern &- (112 << 23)
    return sign | UInt16(truncatingIfNeeded: (bits &+ 0xFFF &+ (bits >> 13 & 1)) >> 13)
  }
}
