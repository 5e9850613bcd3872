/// The number formats of checkpoint files, spelled as safetensors spells them.
package enum DataType: String, Sendable, CaseIterable {
  case bool = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case uint16 = "U16"
  case int16 = "I16"
  case uint32 = "U32"
  case int32 = "I32"
  case uint64 = "U64"
  case int64 = "I64"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case float32 = "F32"
  case float64 = "F64"

  /// Bytes an element.
  package var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }
}

/// A tensor of a checkpoint, without its numbers.
package struct TensorInfo: Sendable, Equatable {
  package let name: String
  /// Empty for a scalar.
  package let shape: [Int]
  package let dataType: DataType
  package var elementCount: Int { shape.reduce(1, *) }
}

/// Products of sizes that come from a file.
enum CheckedSize {
  /// Nil on a negative factor or overflow.
  static func product(_ factors: [Int]) -> Int? {
    var result = 1
    for factor in factors {
      guard factor >= 0 else { return nil }
      let (next, overflow) = result.multipliedReportingOverflow(by: factor)
      guard !overflow else { return nil }
      result = next
    }
    return result
  }
}
