extension JSONValue {
  /// Compact JSON text; numbers read back as the same value. What JSON cannot say (NaN and infinity)
  /// becomes null.
  package func serialized() -> String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(.integer(let value)): text += "\(value)"
    case .number(.double(let value)): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): Self.write(value, to: &text)
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += "," }
        element.write(to: &text)
      }
      text += "]"
    case .object(let object):
      text += "{"
      for (index, member) in object.enumerated() {
        if index > 0 { text += "," }
        Self.write(member.key, to: &text)
        text += ":"
        member.value.write(to: &text)
      }
      text += "}"
    }
  }

  private static func write(_ string: String, to text: inout String) {
    let hexadecimal = Array("0123456789abcdef".unicodeScalars)
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case ..<" ":
        text += "\\u00"
        text.unicodeScalars.append(hexadecimal[Int(scalar.value >> 4)])
        text.unicodeScalars.append(hexadecimal[Int(scalar.value & 15)])
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
