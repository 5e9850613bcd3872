import VitSystem

/// Why a checkpoint does not give its tensors.
package enum CheckpointError: PartedError {
  /// The operating system refuses.
  case unreadable(file: String, reason: String)
  /// The bytes are not what the format says they must be. The offset counts from the file's start.
  case malformed(file: String, offset: Int, reason: String)
  /// A form that this library does not read.
  case unsupported(file: String, reason: String, remedy: String)
  case missingTensors(file: String, names: [String])
  case shapeMismatch(file: String, tensor: String, found: [Int], expected: [Int])
  /// Tensors that the model has no place for: the model would not be the one that was trained.
  case unusedTensors(file: String, tensors: [TensorInfo])
  case notNumeric(file: String, tensor: String, dataType: DataType)
  /// A checkpoint that says that it was converted, but is not what the conversion writes.
  case badConversion(file: String, reason: String)

  /// Names of tensors are a stranger's: nothing in them steers a terminal.
  package var parts: ErrorParts {
    let parts = told
    return ErrorParts(
      parts.input.map { printable($0) }, printable(parts.reason), remedy: printable(parts.remedy))
  }

  private var told: ErrorParts {
    switch self {
    case .unreadable(let file, let reason):
      ErrorParts(file, "cannot be read: \(reason)")
    case .malformed(let file, let offset, let reason):
      ErrorParts(file, "damaged at byte \(offset): \(reason)", remedy: "get the file again")
    case .unsupported(let file, let reason, let remedy):
      ErrorParts(file, reason, remedy: remedy)
    case .missingTensors(let file, let names):
      ErrorParts(
        file, "lacks \(Self.list(names))",
        remedy: "the file is not of the architecture that config.json names")
    case .shapeMismatch(let file, let tensor, let found, let expected):
      ErrorParts(file, "\(tensor) has the shape \(found), but config.json asks for \(expected)")
    case .unusedTensors(let file, let tensors):
      ErrorParts(
        file,
        "holds what the architecture of config.json has no place for: "
          + Self.list(tensors.map { "\($0.name) \($0.shape)" }))
    case .notNumeric(let file, let tensor, let dataType):
      ErrorParts(file, "\(tensor) holds \(dataType.rawValue), not numbers")
    case .badConversion(let file, let reason):
      ErrorParts(
        file, "not as `vit convert` writes it: \(reason)", remedy: "convert the original again")
    }
  }

  /// The first few, and how many more there are.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}
