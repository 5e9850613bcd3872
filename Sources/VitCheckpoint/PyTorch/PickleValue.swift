/// What a pickle of a state dict is made of.
///
/// Containers are places in `PickleArena`, so that a pickle may nest or refer to itself as it likes:
/// nothing is walked or freed by recursion.
enum PickleValue {
  case none
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case global(PickleGlobal)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case object(Int)
  case storage(Int)
  case tensor(Int)

  var int: Int? { if case .int(let value) = self { value } else { nil } }
  var string: String? { if case .string(let value) = self { value } else { nil } }
}

/// A storage that a pickle refers to by key.
struct PickleStorage {
  let dataType: DataType?
  let key: String
  /// Elements; bytes where the storage is untyped.
  let count: Int
}

/// A tensor before its storage's bytes are known.
struct PickleTensor {
  let storage: Int
  let dataType: DataType
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}

struct PickleArena {
  /// Tuples and lists.
  var sequences: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  /// The state that BUILD gave an object.
  var objects: [PickleValue] = []
  var storages: [PickleStorage] = []
  var tensors: [PickleTensor] = []

  mutating func sequence(_ values: [PickleValue]) -> Int {
    sequences.append(values)
    return sequences.count - 1
  }

  mutating func dictionary() -> Int {
    dictionaries.append([])
    return dictionaries.count - 1
  }

  func values(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .tuple(let place), .list(let place): sequences[place]
    default: nil
    }
  }
}

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
