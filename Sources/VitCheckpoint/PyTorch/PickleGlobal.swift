/// The names that a state dict may refer to. Nothing else is even looked up, so nothing in a file can
/// execute.
enum PickleGlobal: Equatable {
  case orderedDictionary
  case rebuildTensor
  case rebuildTensorV2
  case rebuildTensorV3
  case rebuildParameter
  case size
  case storageClass(DataType?)
  case dataType(DataType)
  /// A class whose instances are only containers of attributes: TorchScript modules and
  /// `argparse.Namespace`.
  case plainClass

  init?(module: String, name: String) {
    if module.hasPrefix("__torch__") || (module, name) == ("argparse", "Namespace") {
      self = .plainClass
      return
    }
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensorV2
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTensorV3
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch", "Size"): self = .size
    case ("torch.storage", "UntypedStorage"): self = .storageClass(nil)
    case ("torch", _):
      if let type = Self.storages[name] {
        self = .storageClass(type)
      } else if let type = Self.types[name] {
        self = .dataType(type)
      } else {
        return nil
      }
    default: return nil
    }
  }

  private static let storages: [String: DataType] = [
    "FloatStorage": .float32, "DoubleStorage": .float64, "HalfStorage": .float16,
    "BFloat16Storage": .bfloat16, "LongStorage": .int64, "IntStorage": .int32,
    "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
  ]

  private static let types: [String: DataType] = [
    "float32": .float32, "float64": .float64, "float16": .float16, "bfloat16": .bfloat16,
    "int64": .int64, "int32": .int32, "int16": .int16, "int8": .int8, "uint8": .uint8,
    "bool": .bool, "uint16": .uint16, "uint32": .uint32, "uint64": .uint64,
  ]
}
