import VitSystem

/// The names that a checkpoint may refer to. None is ever looked up, so nothing in a file can execute:
/// the names of tensors say how one lies in its storage, those of numbers and settings stand for a
/// value that nothing reads, and all others are refused by name.
enum PickleGlobal: Equatable {
  case orderedDictionary
  case defaultDictionary
  case rebuildTensor
  case rebuildTensorV2
  case rebuildTensorV3
  case rebuildParameter
  /// A tensor with attributes of its own: (function, class, arguments, attributes).
  case rebuildFromType
  case size
  case storageClass(DataType?)
  case dataType(DataType)
  /// A class whose instances are only containers of attributes: TorchScript modules and
  /// `argparse.Namespace`.
  case plainClass
  /// What makes a number, a date, a path or settings beside the state dict.
  case inert

  init?(module: String, name: String) {
    if module.hasPrefix("__torch__") || (module, name) == ("argparse", "Namespace") {
      self = .plainClass
      return
    }
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("collections", "defaultdict"): self = .defaultDictionary
    case ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensorV2
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTensorV3
    case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"):
      self = .rebuildParameter
    case ("torch._tensor", "_rebuild_from_type_v2"): self = .rebuildFromType
    case ("torch", "Size"): self = .size
    case ("torch.storage", "UntypedStorage"): self = .storageClass(nil)
    case ("torch", _):
      if let type = Self.storages[name] {
        self = .storageClass(type)
      } else if let type = Self.types[name] {
        self = .dataType(type)
      } else if Self.inertTorch.contains(name) {
        self = .inert
      } else {
        return nil
      }
    default:
      guard Self.isInert(module: module, name: name) else { return nil }
      self = .inert
    }
  }

  /// Whether it makes a NumPy array.
  static func isArray(module: String, name: String) -> Bool {
    module.hasPrefix("numpy.") && ["_reconstruct", "_frombuffer"].contains(name)
  }

  private static func isInert(module: String, name: String) -> Bool {
    switch module {
    case "builtins", "__builtin__": return inertBuiltins.contains(name)
    case "_codecs": return name == "encode"
    case "copyreg", "copy_reg": return name == "_reconstructor"
    case "torch.nn.parameter": return name == "Parameter"
    case "torch.torch_version": return name == "TorchVersion"
    default:
      let package = module.prefix { $0 != "." }
      return inertPackages.contains { $0.isExactly(package) }
    }
  }

  /// Packages whose objects trainers keep beside the weights: numbers, dates, paths, settings and the
  /// states of callbacks.
  private static let inertPackages = [
    "numpy", "datetime", "pathlib", "collections", "decimal", "fractions", "uuid", "types",
    "typing",
    "argparse", "omegaconf", "easydict", "addict", "yacs", "ml_collections", "lightning",
    "lightning_fabric", "pytorch_lightning", "torchmetrics",
  ]

  private static let inertBuiltins: Set = [
    "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "long",
    "object", "range", "set", "slice", "str", "tuple", "unicode",
  ]

  private static let inertTorch: Set = ["device", "Tensor", "memory_format", "layout"]

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
